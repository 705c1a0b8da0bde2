extension Courier {
  /// What there is to do next.
  enum Step {
    case post(Mailbox)
    case sleep(bot: String, cause: DeliveryEvent.SleepCause, milliseconds: Int64)
    case end
  }

  /// The milliseconds for which a bot's next post must wait, by reason.
  struct Hold {
    var pace: Int64
    var retry: Int64

    var milliseconds: Int64 { max(pace, retry) }
  }

  /// Returns what there is to do next.
  ///
  /// Bots do not hold each other up: of those that may be posted to now, one with a message in
  /// doubt comes first, then the one served least recently.
  func nextStep(_ report: DeliveryReport) -> Step {
    let now = now
    var chosen: (mailbox: Mailbox, isInDoubt: Bool, idle: Int64)?
    var nearest: (mailbox: Mailbox, hold: Hold)?
    for mailbox in mailboxes where report.failedHosts[mailbox.host] == nil {
      guard let bot = keeper.state.bots[mailbox.name], !bot.queue.isEmpty else { continue }
      let hold = hold(of: bot, mailbox, now)
      if hold.milliseconds == 0 {
        let isInDoubt = bot.intent != nil
        let idle = bot.sends.last?.age(at: now) ?? .max
        if let best = chosen, (best.isInDoubt ? 1 : 0, best.idle) >= (isInDoubt ? 1 : 0, idle) {
          continue
        }
        chosen = (mailbox, isInDoubt, idle)
      } else if hold.retry <= Retry.longestWaited,
        hold.milliseconds < nearest?.hold.milliseconds ?? .max
      {
        nearest = (mailbox, hold)
      }
    }
    if let chosen { return .post(chosen.mailbox) }
    guard let nearest else { return .end }
    return .sleep(
      bot: nearest.mailbox.name,
      cause: nearest.hold.pace >= nearest.hold.retry ? .pace : .retry,
      milliseconds: nearest.hold.milliseconds
    )
  }

  /// Returns what is left waiting, by the bot's name.
  func waiting(_ report: DeliveryReport) -> [DeliveryReport.Waiting] {
    let now = now
    let known = Dictionary(mailboxes.map { ($0.name, $0) }) { first, _ in first }
    return keeper.state.bots.filter { !$0.value.queue.isEmpty }
      .map { name, bot in
        var cause = DeliveryReport.Cause.absent
        var milliseconds: Int64 = 0
        if let mailbox = known[name] {
          let hold = hold(of: bot, mailbox, now)
          milliseconds = hold.milliseconds
          if let delay = bot.delay, hold.retry > 0 {
            cause = .delay(delay)
          } else if let reason = report.failedHosts[mailbox.host] {
            cause = .host(mailbox.host, reason: reason)
          } else {
            cause = .pace
          }
        }
        return DeliveryReport.Waiting(
          bot: name,
          messages: bot.waiting,
          items: bot.queue.count,
          cause: cause,
          milliseconds: milliseconds
        )
      }
      .sorted { $0.bot < $1.bot }
  }

  private func hold(of bot: BotState, _ mailbox: Mailbox, _ now: SendStamp) -> Hold {
    Hold(
      pace: Pace.wait(
        for: bot,
        configured: mailbox.messagesPerMinute,
        timeout: mailbox.timeoutMilliseconds,
        now: now
      ),
      retry: bot.delay?.remaining(at: now, keyDigest: mailbox.keyDigest) ?? 0
    )
  }
}
