internal import Changes
internal import Platform

extension Courier {
  /// The most that one look adds to the time a bot has been gone, in milliseconds.
  private static let day: Int64 = 86_400_000

  /// Counts for how long bots have been gone from the configuration, and keeps their queues aside
  /// after `max_age`.
  ///
  /// Only time between two looks counts, and of that at most a day, so a clock that jumps ahead
  /// gives nothing up. A count is written once a day.
  func watchAbsences(_ report: inout DeliveryReport) throws {
    let configured = Set(mailboxes.map(\.name))
    let at = Timestamp(milliseconds: time.wallMilliseconds())
    for (name, bot) in keeper.state.bots.sorted(by: { $0.key < $1.key }) {
      if configured.contains(name) {
        if bot.absence != nil {
          try keeper.commit([.absent(bot: name, nil)])
        }
      } else if !bot.queue.isEmpty {
        try watch(name, bot, at, &report)
      }
    }
  }

  private func watch(
    _ name: String,
    _ bot: BotState,
    _ at: Timestamp,
    _ report: inout DeliveryReport
  ) throws {
    guard let absence = bot.absence else {
      try keeper.commit([.absent(bot: name, Absence(observed: 0, countedAt: at))])
      return
    }
    let passed = at.milliseconds - absence.countedAt.milliseconds
    let observed = absence.observed + min(max(passed, 0), Self.day)
    if settings.maxAgeMilliseconds > 0, observed >= settings.maxAgeMilliseconds {
      let cause = "the bot is gone from the configuration"
      try keeper.commit([.abandoned(bot: name, cause: cause, at: at)])
      report.abandoned[name] = bot.waiting
      observe(.abandoned(bot: name, messages: bot.waiting))
    } else if passed < 0 || passed >= Self.day {
      try keeper.commit([.absent(bot: name, Absence(observed: observed, countedAt: at))])
    }
  }
}
