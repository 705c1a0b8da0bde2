import Platform
import Synchronization
import TestSupport

/// A manual clock during whose next sleep something happens.
final class ActingClock: TimeSource {
  private let clock = ManualClock()
  private let action = Mutex<(@Sendable () async -> Void)?>(nil)

  /// What happens during the next sleep.
  var whileAsleep: (@Sendable () async -> Void)? {
    get { action.withLock { $0 } }
    set { action.withLock { $0 = newValue } }
  }

  var bootID: String { clock.bootID }
  var sleeps: [Int64] { clock.sleeps }

  func wallMilliseconds() -> Int64 { clock.wallMilliseconds() }
  func bootMilliseconds() -> Int64 { clock.bootMilliseconds() }
  func advance(milliseconds: Int64) { clock.advance(milliseconds: milliseconds) }

  func sleep(milliseconds: Int64) async throws(CancellationError) {
    let action = action.withLock { action in
      defer { action = nil }
      return action
    }
    await action?()
    try await clock.sleep(milliseconds: milliseconds)
  }
}
