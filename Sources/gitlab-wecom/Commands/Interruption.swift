internal import Bridge
internal import Platform

/// Work that a signal brings to an orderly end.
enum Interruption {
  /// What the work gave, and the signal that came meanwhile.
  struct Ending<Result: Sendable>: Sendable {
    var result: Result
    var signal: SignalStream.Signal?
  }

  private enum Event<Result: Sendable>: Sendable {
    case done(Result)
    case signal
    case outOfPatience
    case unwatched
  }

  /// Does the work; on a signal sets the flag, and cancels what is still at work after a while.
  ///
  /// - Parameters:
  ///   - stop: Set when the signal comes.
  ///   - grace: Milliseconds from the signal to the cancellation.
  ///   - work: Ends soon after it is cancelled.
  /// - Returns: What the work gave, also after a signal.
  static func watched<Result: Sendable>(
    stop: StopFlag,
    grace: Int64,
    _ work: @escaping @Sendable () async -> Result
  ) async -> Ending<Result> {
    // Without a descriptor left for it a signal simply ends the process, which is safe too.
    let signals = try? SignalStream()
    return await withTaskGroup(of: Event<Result>.self) { group in
      group.addTask { .done(await work()) }
      if let signals {
        group.addTask {
          for await _ in signals { return .signal }
          return .unwatched
        }
      }
      while let event = await group.next() {
        switch event {
        case .done(let result):
          group.cancelAll()
          // Also one that came so late that no task has told of it yet.
          return Ending(result: result, signal: SignalStream.first)
        case .signal:
          stop.set()
          group.addTask {
            try? await SystemTime().sleep(milliseconds: grace)
            return .outOfPatience
          }
        case .outOfPatience:
          group.cancelAll()
        case .unwatched:
          break
        }
      }
      preconditionFailure("the work always ends with a result")
    }
  }
}
