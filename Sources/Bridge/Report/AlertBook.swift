internal import Changes

/// Decides what the bots of `[alerts]` are told: each thing once, whatever restarts between.
struct AlertBook: Sendable {
  /// How long GitLab must have been unusable before that is told, in milliseconds.
  static let patience: Int64 = 15 * 60_000
  /// The days before a token's end at which that is told.
  static let tokenDays = [1, 3, 14]
  /// The least time between two alerts about kept messages of one bot, in milliseconds.
  static let keptInterval: Int64 = 60 * 60_000
  /// Alerts that wait for one bot at most; a bot that is away for a month is not flooded after it.
  static let queueLimit = 20

  let state: BridgeState
  /// The bots of `[alerts]`.
  let recipients: [String]
  /// All bots of the configuration.
  let bots: [String]
  /// The local time of the pass.
  let now: Timestamp

  /// What there is to tell, and what will have been told then.
  struct Verdict: Sendable, Equatable {
    var alerts: [Alert] = []
    var memory: AlertState
  }

  /// Compares the state of things with what was told of it.
  func review(_ condition: GitLabCondition) -> Verdict {
    var verdict = Verdict(memory: state.alerts)
    reviewGitLab(condition, &verdict)
    reviewToken(&verdict)
    reviewRefusals(&verdict)
    reviewKept(&verdict)
    return verdict
  }

  /// Returns the entries that queue the alerts of a verdict and remember them, to be written as one
  /// group; none when nothing has changed.
  func entries(_ verdict: Verdict, gitlabURL: String, neutraliser: Neutraliser) -> [Entry] {
    var entries: [Entry] = []
    var nextItem = state.nextItem
    var waiting = recipients.reduce(into: [String: Int]()) { counts, bot in
      counts[bot] = state.bots[bot]?.queue.count { $0.messageCount == 0 } ?? 0
    }
    for alert in verdict.alerts {
      let content = alert.content(gitlabURL: gitlabURL, neutraliser: neutraliser)
      for bot in recipients
      where bot != alert.bot && waiting[bot, default: 0] < Self.queueLimit {
        let item = QueueItem(id: nextItem, content: content, messageCount: 0, queuedAt: now)
        entries.append(.alerted(bot: bot, item))
        waiting[bot, default: 0] += 1
        nextItem += 1
      }
    }
    if verdict.memory != state.alerts {
      entries.append(.noted(verdict.memory))
    }
    return entries
  }

  // MARK: One thing each

  private func reviewGitLab(_ condition: GitLabCondition, _ verdict: inout Verdict) {
    switch condition {
    case .unknown:
      return
    case .answers:
      if let outage = verdict.memory.outage, outage.isTold {
        verdict.alerts.append(.gitlabBack(since: outage.since, at: now))
      }
      verdict.memory.outage = nil
    case .fails(let failure):
      // A clock that was set back must not hide an outage until it has caught up.
      var outage = verdict.memory.outage ?? AlertState.Outage(since: now, isTold: false)
      outage.since = min(outage.since, now)
      let lasted = now.milliseconds - outage.since.milliseconds
      if !outage.isTold, lasted >= Self.patience, !recipients.isEmpty {
        verdict.alerts.append(.gitlabDown(since: outage.since, failure))
        outage.isTold = true
      }
      verdict.memory.outage = outage
    }
  }

  private func reviewToken(_ verdict: inout Verdict) {
    guard !recipients.isEmpty, let token = state.token, let day = token.expiresOn,
      let left = token.daysLeft(at: now), left > 0,
      let mark = Self.tokenDays.first(where: { left <= $0 })
    else { return }
    if let told = verdict.memory.tokenEnd, told.day == day, told.days <= mark { return }
    verdict.alerts.append(.tokenEnds(name: token.name, day: day, days: left))
    verdict.memory.tokenEnd = AlertState.TokenEnd(day: day, days: mark)
  }

  private func reviewRefusals(_ verdict: inout Verdict) {
    for bot in verdict.memory.refusals.keys where !bots.contains(bot) {
      verdict.memory.refusals[bot] = nil
    }
    for bot in bots {
      let known = state.bots[bot]
      let told = verdict.memory.refusals[bot]
      switch (known?.delay, told) {
      case (let delay?, nil) where delay.cause == .refused && !recipients.isEmpty:
        verdict.alerts.append(
          .botRefused(
            bot: bot,
            since: delay.since,
            reason: delay.reason,
            waiting: known?.waiting ?? 0
          )
        )
        verdict.memory.refusals[bot] = delay.since
      case (nil, let since?):
        verdict.alerts.append(.botBack(bot: bot, since: since, at: now))
        verdict.memory.refusals[bot] = nil
      default:
        break
      }
    }
  }

  private func reviewKept(_ verdict: inout Verdict) {
    for (bot, known) in state.bots.sorted(by: { $0.key < $1.key }) {
      let count = known.tally.keptAside
      let before = verdict.memory.kept[bot]
      // What was kept is told again by a backfill, or the counters began anew.
      let told = min(before?.count ?? 0, count)
      if recipients.isEmpty || count == told {
        // With nobody to tell, what happens now is no news for those who are to be told later.
        if let before, before.count != count {
          verdict.memory.kept[bot] = AlertState.Kept(count: count, toldAt: before.toldAt)
        } else if before == nil, count > 0 {
          verdict.memory.kept[bot] = AlertState.Kept(count: count, toldAt: now)
        }
        continue
      }
      if let before {
        let age = now.milliseconds - before.toldAt.milliseconds
        guard age >= Self.keptInterval || age < 0 else { continue }
      }
      verdict.alerts.append(
        .messagesKept(bot: bot, count: count - told, cause: known.kept.last?.cause ?? "")
      )
      verdict.memory.kept[bot] = AlertState.Kept(count: count, toldAt: now)
    }
  }
}
