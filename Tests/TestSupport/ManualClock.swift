import Platform
import Synchronization

/// A clock that stands still until it is moved; sleeping moves it.
package final class ManualClock: TimeSource {
  private struct State {
    var wall: Int64
    var boot: Int64
    var bootID: String
    var slept: [Int64] = []
  }

  /// 2026-11-24 00:00:00 UTC, the time at which a clock starts unless told otherwise.
  package static let start: Int64 = 1_795_478_400_000

  private let state: Mutex<State>

  package init(
    _ wall: Int64 = ManualClock.start,
    boot: Int64 = 1_000_000,
    bootID: String = "boot-1"
  ) {
    state = Mutex(State(wall: wall, boot: boot, bootID: bootID))
  }

  package func wallMilliseconds() -> Int64 { state.withLock { $0.wall } }

  package func bootMilliseconds() -> Int64 { state.withLock { $0.boot } }

  package var bootID: String { state.withLock { $0.bootID } }

  /// The lengths of all sleeps so far, in milliseconds.
  package var sleeps: [Int64] { state.withLock { $0.slept } }

  package func sleep(milliseconds: Int64) async throws(CancellationError) {
    if Task.isCancelled { throw CancellationError() }
    state.withLock { state in
      state.slept.append(milliseconds)
      state.wall += max(0, milliseconds)
      state.boot += max(0, milliseconds)
    }
    await Task.yield()
    if Task.isCancelled { throw CancellationError() }
  }

  /// Lets time pass, as both clocks see it.
  package func advance(milliseconds: Int64) {
    state.withLock { state in
      state.wall += milliseconds
      state.boot += milliseconds
    }
  }

  /// Sets the wall clock alone, as an administrator or NTP does.
  package func setWall(_ milliseconds: Int64) {
    state.withLock { $0.wall = milliseconds }
  }

  /// Restarts the machine: the boot clock starts anew under another name.
  package func reboot(bootID: String) {
    state.withLock { state in
      state.boot = 10_000
      state.bootID = bootID
    }
  }
}
