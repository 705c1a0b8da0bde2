import Glibc

/// The machine's processors and the time spent on them.
package enum Processor {
  /// How many there are.
  package static var count: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// The processor time that this process has used so far, on all of its threads.
  package static var time: Duration {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return .zero }
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// Keeps the calling thread, and all threads and processes that it starts, on one processor.
  ///
  /// Returns false where the system refuses.
  @discardableResult
  package static func bind(to number: Int) -> Bool {
    // A GNU name, which the module does not show.
    typealias SetAffinity = @convention(c) (pid_t, Int, UnsafeRawPointer) -> CInt
    guard number < 64, let symbol = unsafe dlsym(nil, "sched_setaffinity") else { return false }
    let setAffinity = unsafe unsafeBitCast(symbol, to: SetAffinity.self)
    var set = UInt64(1) << UInt64(number)
    return unsafe setAffinity(0, MemoryLayout<UInt64>.size, &set) == 0
  }
}
