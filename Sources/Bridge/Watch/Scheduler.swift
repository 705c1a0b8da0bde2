package import Platform

/// Makes passes for ever, one after the other, from start to start in a fixed time.
///
/// Knows nothing of what a pass does. Start times lie on a grid that does not drift; a pass that
/// takes longer than the interval is followed at the next time of the grid, so nothing piles up.
/// The boot clock counts: a step of the wall clock neither delays nor hurries a pass, and after a
/// suspension of the machine the next pass comes at once.
package struct Scheduler<Plan: Sendable>: Sendable {
  /// What the reading of the configuration gave, before a pass.
  package enum Reading: Sendable {
    case usable(Plan)
    /// Why it cannot be used, as it is said: the plan before stays.
    case unusable(String)
  }

  /// What a pass came to.
  package struct Ending: Sendable {
    package var sayings: [Saying]
    /// One line for the service manager.
    package var status: String

    package init(sayings: [Saying], status: String) {
      self.sayings = sayings
      self.status = status
    }
  }

  private let time: any TimeSource
  private let stop: StopFlag
  private let service: ServiceManager
  private let interval: @Sendable (Plan) -> Duration
  private let read: @Sendable () -> Reading
  private let pass: @Sendable (Plan) async -> Ending
  private let say: @Sendable (Saying) -> Void

  /// Makes a scheduler.
  ///
  /// - Parameters:
  ///   - time: The clock that the starts are measured by.
  ///   - stop: Set when it should end; a pass that is at work then should end as well.
  ///   - service: Who hears how it goes.
  ///   - interval: From start to start.
  ///   - read: Reads the configuration anew.
  ///   - pass: Makes one pass.
  ///   - say: Says what there is reason to say.
  package init(
    time: any TimeSource,
    stop: StopFlag,
    service: ServiceManager,
    interval: @escaping @Sendable (Plan) -> Duration,
    read: @escaping @Sendable () -> Reading,
    pass: @escaping @Sendable (Plan) async -> Ending,
    say: @escaping @Sendable (Saying) -> Void
  ) {
    self.time = time
    self.stop = stop
    self.service = service
    self.interval = interval
    self.read = read
    self.pass = pass
    self.say = say
  }

  /// Makes passes until it is told to stop; the first one at once.
  ///
  /// - Parameter first: What the configuration says at the start.
  package func run(_ first: Plan) async {
    var plan = first
    var complaint: String?
    var repetition = Repetition()
    var due = time.bootMilliseconds()
    var isFirst = true
    service.tell("READY=1")
    while !stop.isSet, !Task.isCancelled {
      if !isFirst {
        plan = reread(plan, &complaint)
      }
      isFirst = false
      let current = plan
      let ending = await service.guarding(time: time) { await pass(current) }
      repetition.filter(ending.sayings, now: time.wallMilliseconds()).forEach(say)
      due = Self.next(
        after: due,
        interval: max(interval(plan).milliseconds, 1),
        now: time.bootMilliseconds()
      )
      service.tell("STATUS=\(ServiceManager.line(ending.status))")
      await wait(until: due)
    }
    service.tell("STOPPING=1")
  }

  /// Returns the first time of the grid after the last start that is not over.
  static func next(after start: Int64, interval: Int64, now: Int64) -> Int64 {
    let due = start + interval
    guard now > due else { return due }
    return due + (now - due + interval - 1) / interval * interval
  }

  private func reread(_ plan: Plan, _ complaint: inout String?) -> Plan {
    switch read() {
    case .usable(let new):
      if complaint != nil {
        say(
          Saying(
            level: .warning,
            event: "config.usable",
            text: "the configuration can be used again, and is"
          )
        )
        complaint = nil
      }
      return new
    case .unusable(let reason):
      if reason != complaint {
        say(
          Saying(
            level: .error,
            event: "config.unusable",
            text: "\(reason)\nthe configuration from before stays in use"
          )
        )
        complaint = reason
      }
      return plan
    }
  }

  private func wait(until due: Int64) async {
    while !stop.isSet, !Task.isCancelled {
      let left = due - time.bootMilliseconds()
      guard left > 0 else { return }
      await stop.sleep(milliseconds: min(left, service.heartbeat ?? .max), on: time)
      service.beat()
    }
  }
}
