internal import Synchronization

/// The wish to stop in good order: what is in flight is finished, nothing new is begun.
///
/// Set once, from any thread; never taken back.
package final class StopFlag: Sendable {
  private struct State {
    var isSet = false
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    var waiterCount = 0
  }

  private let state = Mutex(State())

  /// Makes a flag that is not set.
  package init() {}

  /// Whether the wish has been spoken.
  package var isSet: Bool {
    state.withLock { $0.isSet }
  }

  /// Speaks the wish and wakes all who wait for it.
  package func set() {
    let waiters = state.withLock { state in
      state.isSet = true
      let waiters = state.waiters.values
      state.waiters = [:]
      return waiters
    }
    for waiter in waiters {
      waiter.resume()
    }
  }

  /// Suspends until the flag is set or the surrounding task is cancelled.
  package func wait() async {
    let number = state.withLock { state in
      state.waiterCount += 1
      return state.waiterCount
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // A cancellation before this point finds no waiter, so it is looked for under the lock:
        // one that comes later finds the waiter there.
        let isOver = state.withLock { state in
          if state.isSet || Task.isCancelled { return true }
          state.waiters[number] = continuation
          return false
        }
        if isOver {
          continuation.resume()
        }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
    }
  }
}
