internal import Platform
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
  private let isRaised: @Sendable () -> Bool

  /// Makes a flag that is not set.
  ///
  /// - Parameter isRaised: Whether the wish is known elsewhere already, such as by a signal's
  ///   handler: whoever asks then need not wait until a task comes round to setting the flag.
  package init(isRaised: @escaping @Sendable () -> Bool = { false }) {
    self.isRaised = isRaised
  }

  /// Whether the wish has been spoken.
  package var isSet: Bool {
    isRaised() || state.withLock { $0.isSet }
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

  /// Does work that has nothing to save, such as reading, and cancels it once the flag is set.
  func cancelling<Result: Sendable>(
    _ work: @escaping @Sendable () async -> Result
  ) async -> Result {
    await withTaskGroup(of: Result?.self) { group in
      group.addTask { await work() }
      group.addTask {
        await self.wait()
        return nil
      }
      while let ended = await group.next() {
        group.cancelAll()
        if let result = ended { return result }
      }
      preconditionFailure("the work always ends with a result")
    }
  }

  /// Suspends for a time or until the flag is set.
  func sleep(milliseconds: Int64, on time: any TimeSource) async {
    await cancelling { try? await time.sleep(milliseconds: milliseconds) }
  }
}
