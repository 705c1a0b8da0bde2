internal import Changes
internal import Platform

/// Posts what waits, bot by bot in order, and records each step before and after.
///
/// One post is in flight in the whole process, so an accident leaves at most one message in doubt.
/// Before a post its intent is on disk, after it its outcome; an intent without outcome is the
/// message in doubt, and its bytes are sent again first.
struct Courier {
  let keeper: StateKeeper
  /// The bots of the configuration, in its order.
  let mailboxes: [Mailbox]
  let settings: DeliverySettings
  let time: any TimeSource
  /// Gives a number in 0..<1.
  let jitter: @Sendable () -> Double
  let stop: StopFlag
  let observe: @Sendable (DeliveryEvent) -> Void

  init(
    keeper: StateKeeper,
    mailboxes: [Mailbox],
    settings: DeliverySettings,
    time: any TimeSource,
    jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
    stop: StopFlag = StopFlag(),
    observe: @escaping @Sendable (DeliveryEvent) -> Void = { _ in }
  ) {
    self.keeper = keeper
    self.mailboxes = mailboxes
    self.settings = settings
    self.time = time
    self.jitter = jitter
    self.stop = stop
    self.observe = observe
  }

  /// Posts all that can go until a moment of the boot clock, nil for no such moment.
  ///
  /// Waits, if patient, for the pace as far as that moment allows, and for retry times of at most
  /// ten seconds; ends when all that is left waits for more. Begins nothing new once it is told to
  /// stop or the task is cancelled.
  ///
  /// - Throws: `StoreError` when a step could not be recorded: nothing may be posted after that.
  ///   Failed posts are not errors; the report tells of them.
  func deliver(until: Int64?) async throws -> DeliveryReport {
    var report = DeliveryReport()
    try watchAbsences(&report)
    try foldBacklogs()
    posting: while !isStopped {
      if let until, time.bootMilliseconds() >= until { break }
      switch nextStep(report) {
      case .post(let mailbox):
        try await postHead(to: mailbox, until: until, &report)
      case .sleep(let bot, let cause, let milliseconds):
        guard settings.isPatient else { break posting }
        // A slot after the end is no reason to stay.
        if let until, milliseconds >= until - time.bootMilliseconds() { break posting }
        observe(.sleeps(bot: bot, cause: cause, milliseconds: milliseconds))
        await stop.sleep(milliseconds: milliseconds, on: time)
      case .end:
        break posting
      }
    }
    report.waiting = waiting(report)
    return report
  }

  /// The present time on both clocks.
  var now: SendStamp {
    SendStamp(
      wall: time.wallMilliseconds(),
      boot: time.bootMilliseconds(),
      bootID: time.bootID
    )
  }

  var isStopped: Bool {
    stop.isSet || Task.isCancelled
  }
}
