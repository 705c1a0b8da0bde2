import Glibc
import Synchronization

/// The wishes of the outside that the process should end, as a sequence of events.
///
/// From its creation on the signals end nothing by themselves. The first one is an element of the
/// sequence; a second SIGTERM or SIGINT is impatience and ends the process at once with 128 + its
/// number. What comes within a tenth of a second of the first is the same wish: `timeout` and
/// terminals send it to the process and to its group.
///
/// A signal that was ignored when the process started (`nohup`) stays ignored.
package struct SignalStream: AsyncSequence, Sendable {
  /// A signal that asks the process to end.
  package enum Signal: Int32, CaseIterable, Sendable {
    case hangUp = 1
    case interrupt = 2
    case terminate = 15

    /// The exit code that tells a shell of the signal.
    package var exitCode: Int32 { 128 + rawValue }
  }

  package typealias Element = Signal

  /// The first signal that came, known from the very moment at which it came.
  ///
  /// The sequence tells of it a little later: when a thread and a task have had their turn.
  package static var first: Signal? { Signal(rawValue: firstNumber.load(ordering: .acquiring)) }

  private let stream: AsyncStream<Signal>

  /// Takes over the three signals for the rest of the process's life.
  ///
  /// - Throws: `SystemError` when the machine has no descriptor or thread left.
  package init() throws(SystemError) { try self.init(sameWishWithin: 100) }

  init(sameWishWithin milliseconds: Int64) throws(SystemError) {
    let (stream, continuation) = AsyncStream.makeStream(of: Signal.self)
    self.stream = stream
    guard mailbox.isOpen else { throw SystemError(EMFILE) }
    // A thread of its own: a second signal ends the process even when every task is stuck.
    try Thread.start { forward(to: continuation, sameWishWithin: milliseconds) }
    for signal in Signal.allCases { Self.watch(signal) }
  }

  package func makeAsyncIterator() -> AsyncStream<Signal>.Iterator { stream.makeAsyncIterator() }

  private static func watch(_ signal: Signal) {
    var before = sigaction()
    unsafe sigaction(signal.rawValue, nil, &before)
    let isIgnored = unsafe withUnsafeBytes(of: before.__sigaction_handler) {
      unsafe $0.load(as: Int.self) == 1  // SIG_IGN, which has no address to compare with
    }
    if isIgnored { return }
    var action = sigaction()
    action.sa_flags = Int32(SA_RESTART)
    unsafe action.__sigaction_handler.sa_handler = { number in
      // Only what is safe in a signal handler: an atomic number, one write, and errno as it was.
      let before = errno
      _ = firstNumber.compareExchange(
        expected: 0,
        desired: number,
        ordering: .acquiringAndReleasing
      )
      var byte = UInt8(truncatingIfNeeded: number)
      unsafe write(mailbox.writing, &byte, 1)
      errno = before
    }
    unsafe sigaction(signal.rawValue, &action, nil)
  }
}

private struct Mailbox {
  let reading: Int32
  let writing: Int32
  var isOpen: Bool { reading >= 0 }

  init() {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    unsafe socketpair(AF_UNIX, kind, 0, &ends)
    reading = ends[0]
    writing = ends[1]
    // A flood of signals must not block the handler; the first byte is what counts.
    if writing >= 0 { _ = fcntl(writing, F_SETFL, O_NONBLOCK) }
  }
}

private let mailbox = Mailbox()
private let firstNumber = Atomic<Int32>(0)

private func forward(
  to continuation: AsyncStream<SignalStream.Signal>.Continuation,
  sameWishWithin milliseconds: Int64
) {
  var firstTime: Int64?
  while true {
    var byte: UInt8 = 0
    let count = unsafe read(mailbox.reading, &byte, 1)
    if count < 0, errno == EINTR { continue }
    guard count == 1 else { return }
    guard let signal = SignalStream.Signal(rawValue: Int32(byte)) else { continue }
    let now = SystemTime.milliseconds(of: CLOCK_MONOTONIC)
    if let firstTime {
      // A terminal that closes says so more than once: SIGHUP never forces.
      if signal != .hangUp, now - firstTime >= milliseconds { _exit(signal.exitCode) }
    } else {
      firstTime = now
      continuation.yield(signal)
    }
  }
}
