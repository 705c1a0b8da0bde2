import Synchronization

/// A clock that stands still until it is told to move.
///
/// Milliseconds since 1970. Handed to `Sandbox` as its time, it makes a simulated week as cheap as
/// a simulated second.
package final class SandboxClock: Sendable {
  private let value: Mutex<Int64>

  package init(_ milliseconds: Int64) {
    value = Mutex(milliseconds)
  }

  /// The current time of the simulated world.
  package var now: Int64 {
    value.withLock { $0 }
  }

  /// Moves the clock, backwards too, and returns the new time.
  @discardableResult
  package func advance(by milliseconds: Int64) -> Int64 {
    value.withLock { now in
      now += milliseconds
      return now
    }
  }

  /// Sets the clock.
  package func set(to milliseconds: Int64) {
    value.withLock { $0 = milliseconds }
  }
}
