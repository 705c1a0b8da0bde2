internal import Synchronization

/// A wish to stop in an orderly way: what is in flight is finished, nothing new is begun.
///
/// Set from a signal's stream, read between two steps of a pass.
package final class StopFlag: Sendable {
  private let raised = Mutex(false)

  /// Makes a flag that is not raised.
  package init() {}

  /// Whether the pass should end.
  package var isRaised: Bool {
    raised.withLock { $0 }
  }

  /// Asks the pass to end.
  package func raise() {
    raised.withLock { $0 = true }
  }
}
