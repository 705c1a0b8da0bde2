import Glibc

/// A thread of its own for work that blocks.
package enum Thread {
  /// Starts a thread that runs the work and ends.
  ///
  /// - Throws: `SystemError` when the machine has no thread to give.
  package static func start(_ work: sending @escaping () -> Void) throws(SystemError) {
    let box = unsafe Unmanaged.passRetained(Work(work))
    var thread = pthread_t()
    let failure = unsafe pthread_create(
      &thread,
      nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      },
      box.toOpaque()
    )
    guard failure == 0 else {
      unsafe box.release()
      throw SystemError(failure)
    }
    pthread_detach(thread)
  }
}

private final class Work {
  let run: () -> Void

  init(_ run: @escaping () -> Void) { self.run = run }
}
