internal import Changes
internal import Platform
internal import Store
internal import WeCom

extension Courier {
  /// The most bytes that an intent and an outcome take in the log, but for a shortened text.
  private static let entryRoom = 8192

  /// Posts the head of a bot's queue and records what came of it.
  ///
  /// A post that begins just before the end of the phase gets the grace for its answer, no more.
  func postHead(
    to mailbox: Mailbox,
    until: Int64?,
    _ report: inout DeliveryReport
  ) async throws {
    guard let item = head(of: mailbox.name) else { return }
    // Room for the outcome too: a full disk may keep a message from being sent, but not from being
    // noted as sent, which would send it twice. JSON at most doubles a text.
    try keeper.reserve(records: 2, bytes: Self.entryRoom + 2 * item.content.utf8.count)
    let intent = Intent(item: item.id, at: now)
    try keeper.commit([.intent(bot: mailbox.name, intent)])
    // Told to stop meanwhile: the next start takes it for in doubt, and sends it for the first time.
    guard !isStopped else { return }
    let left = until.map { $0 - time.bootMilliseconds() + settings.graceMilliseconds }
    let outcome = await mailbox.post(
      item.content,
      .milliseconds(min(mailbox.timeoutMilliseconds, left ?? .max))
    )
    // Our own stop cut the post short: it stays in doubt, as after a crash, and is no failure.
    if Task.isCancelled, outcome.isConnectionLoss { return }

    let bot = keeper.state.bots[mailbox.name] ?? BotState()
    let ended = now
    let fate = fate(of: item, outcome, bot: bot, mailbox: mailbox, ended: ended)
    let allowance = Pace.allowance(
      of: bot,
      configured: mailbox.messagesPerMinute,
      isRateLimited: outcome.isRateLimit,
      now: ended
    )
    let entry = Entry.Outcome(item: item.id, at: ended, fate: fate, allowance: allowance)
    do {
      try keeper.record(.outcome(bot: mailbox.name, entry))
    } catch let error as StoreError where fate == .sent {
      throw UnrecordedPost(bot: mailbox.name, reason: error)
    }
    tell(fate, outcome, item, mailbox, &report)
  }

  private func head(of bot: String) -> QueueItem? {
    guard let state = keeper.state.bots[bot] else { return nil }
    return state.queue.first { $0.id == state.intent?.item } ?? state.queue.first
  }

  private func fate(
    of item: QueueItem,
    _ outcome: PostOutcome,
    bot: BotState,
    mailbox: Mailbox,
    ended: SendStamp
  ) -> Entry.Outcome.Fate {
    func waits(_ cause: Delay.Cause, _ reason: String) -> Entry.Outcome.Fate {
      .waits(
        Retry.delay(
          cause,
          reason: reason,
          after: bot.delay,
          keyDigest: mailbox.keyDigest,
          now: ended,
          jitter: jitter()
        )
      )
    }
    switch outcome {
    case .sent:
      return .sent
    case .surelyNotSent, .inDoubt, .refusedForNow:
      return waits(.failure, outcome.description)
    case .rateLimited:
      return waits(.rateLimit, outcome.description)
    case .needsOperator:
      return waits(.refused, outcome.description)
    case .messageRefused:
      // Cutting a digest would lose whole lines while their messages count as told.
      guard item.members == nil, item.isShortened != true,
        let shorter = Shortening.half(of: item.content, neutraliser: settings.neutraliser)
      else { return .kept(cause: outcome.description) }
      return .shortened(content: shorter)
    }
  }

  private func tell(
    _ fate: Entry.Outcome.Fate,
    _ outcome: PostOutcome,
    _ item: QueueItem,
    _ mailbox: Mailbox,
    _ report: inout DeliveryReport
  ) {
    let bot = mailbox.name
    switch fate {
    case .sent:
      if item.subject != nil {
        report.posted += item.messageCount
      } else if item.messageCount > 0 {
        report.digests += 1
        report.inDigests += item.messageCount
      } else {
        report.notices += 1
      }
      let waiting = mailboxes.reduce(0) { $0 + (keeper.state.bots[$1.name]?.waiting ?? 0) }
      observe(.posted(bot: bot, item: item, waiting: waiting))
    case .waits(let delay):
      observe(.delayed(bot: bot, delay))
      if case .surelyNotSent = outcome {
        let reason = outcome.description
        report.failedHosts[mailbox.host] = reason
        observe(.hostFailed(host: mailbox.host, reason: reason))
      }
    case .shortened:
      observe(.shortened(bot: bot, cause: outcome.description))
    case .kept(let cause):
      report.keptAside.append(.init(bot: bot, item: item, cause: cause))
      observe(.keptAside(bot: bot, item: item, cause: cause))
    }
  }
}

extension PostOutcome {
  fileprivate var isRateLimit: Bool {
    if case .rateLimited = self { true } else { false }
  }

  /// Whether no answer came.
  fileprivate var isConnectionLoss: Bool {
    switch self {
    case .surelyNotSent, .inDoubt: true
    default: false
    }
  }
}
