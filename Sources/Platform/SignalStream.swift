import Dispatch
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

  private let stream: AsyncStream<Signal>

  /// Takes over the three signals for the rest of the process's life.
  package init() { self.init(sameWishWithin: 100) }

  init(sameWishWithin milliseconds: Int64) {
    let (stream, continuation) = AsyncStream.makeStream(of: Signal.self)
    self.stream = stream
    let queue = DispatchQueue(label: "signals")
    let inbox = Inbox(continuation, sameWishWithin: milliseconds)
    for signal in Signal.allCases {
      var before = sigaction()
      unsafe sigaction(signal.rawValue, nil, &before)
      let wasIgnored = unsafe withUnsafeBytes(of: before.__sigaction_handler) {
        unsafe $0.load(as: Int.self) == 1
      }
      if wasIgnored { continue }
      Glibc.signal(signal.rawValue, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: signal.rawValue, queue: queue)
      // The handler holds its source: it lives as long as the process.
      source.setEventHandler { withExtendedLifetime(source) { inbox.receive(signal) } }
      source.resume()
    }
  }

  package func makeAsyncIterator() -> AsyncStream<Signal>.Iterator { stream.makeAsyncIterator() }
}

private final class Inbox: Sendable {
  private let continuation: AsyncStream<SignalStream.Signal>.Continuation
  private let milliseconds: Int64
  private let firstTime = Mutex<Int64?>(nil)

  init(
    _ continuation: AsyncStream<SignalStream.Signal>.Continuation,
    sameWishWithin milliseconds: Int64
  ) {
    self.continuation = continuation
    self.milliseconds = milliseconds
  }

  func receive(_ signal: SignalStream.Signal) {
    let now = SystemTime.milliseconds(of: CLOCK_MONOTONIC)
    let isFirst = firstTime.withLock { first in
      guard let first else {
        first = now
        return true
      }
      if now - first >= milliseconds, signal != .hangUp { _exit(signal.exitCode) }
      return false
    }
    if isFirst { continuation.yield(signal) }
  }
}
