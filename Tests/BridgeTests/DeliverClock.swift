internal import Platform
internal import Synchronization

/// A clock that stands until somebody sleeps on it or moves it.
final class DeliverClock: TimeSource {
  private struct Hands {
    var wall: Int64 = 1_764_000_000_000
    var boot: Int64 = 500_000
    var bootCount = 0
    /// True time: what no step and no reboot changes.
    var truth: Int64 = 0
  }

  private let hands = Mutex(Hands())

  var bootID: String { "boot-\(hands.withLock { $0.bootCount })" }
  var truth: Int64 { hands.withLock { $0.truth } }

  func wallMilliseconds() -> Int64 { hands.withLock { $0.wall } }

  func bootMilliseconds() -> Int64 { hands.withLock { $0.boot } }

  func sleep(milliseconds: Int64) async throws(CancellationError) {
    guard !Task.isCancelled else { throw CancellationError() }
    pass(milliseconds)
  }

  /// Lets time pass on both clocks.
  func pass(_ milliseconds: Int64) {
    hands.withLock {
      $0.wall += milliseconds
      $0.boot += milliseconds
      $0.truth += milliseconds
    }
  }

  /// Sets the wall clock alone.
  func step(by milliseconds: Int64) {
    hands.withLock { $0.wall += milliseconds }
  }

  /// Starts the machine anew after `milliseconds`; the wall clock may come back wrong.
  func reboot(after milliseconds: Int64, wallStep: Int64 = 0) {
    hands.withLock {
      $0.truth += milliseconds
      $0.wall += milliseconds + wallStep
      $0.boot = min(milliseconds, 4_000)
      $0.bootCount += 1
    }
  }
}
