/// How many messages a bot may be sent in a minute, and when the next one may go.
///
/// A post counts from its end, when it has certainly arrived, and may begin when fewer than the
/// limit of earlier ones ended within the last minute. So WeCom never sees more than the limit in
/// any minute, however long each post was on its way.
///
/// Others may use the same bot. WeCom's rate limit then halves the number that we allow ourselves,
/// once for a row of such answers, and every three minutes one more message a minute is allowed
/// until the configured number is reached again.
enum Pace {
  /// A minute, and one millisecond because the clocks cut theirs off.
  static let window: Int64 = 60_001
  /// The most posts a minute that are remembered; no larger limit is used.
  static let largestLimit = 600
  /// How long it takes until one more message a minute is allowed, in milliseconds.
  static let raiseInterval: Int64 = 180_000

  /// Returns the milliseconds until the next post to a bot may begin.
  ///
  /// `configured` is the number of messages a minute, `timeout` the longest time that a post takes,
  /// in milliseconds: one without an outcome counts as ended that long after its beginning.
  static func wait(for bot: BotState, configured: Int, timeout: Int64, now: SendStamp) -> Int64 {
    let limit = limit(configured: configured, allowance: bot.allowance, now: now)
    var left = bot.sends.map { window - $0.age(at: now) }
    if let intent = bot.intent {
      left.append(window - max(0, intent.at.age(at: now) - timeout))
    }
    left.removeAll { $0 <= 0 }
    guard left.count >= limit else { return 0 }
    return left.sorted()[left.count - limit]
  }

  /// Returns the messages a minute that are allowed now, at least 1.
  static func limit(configured: Int, allowance: Allowance?, now: SendStamp) -> Int {
    let most = min(max(configured, 1), largestLimit)
    guard let allowance else { return most }
    let raised = Int64(allowance.perMinute) + allowance.since.age(at: now) / raiseInterval
    return Int(min(max(raised, 1), Int64(most)))
  }

  /// Returns what a bot is allowed after a post.
  static func allowance(
    of bot: BotState,
    configured: Int,
    isRateLimited: Bool,
    now: SendStamp
  ) -> Allowance? {
    let limit = limit(configured: configured, allowance: bot.allowance, now: now)
    if isRateLimited, bot.delay?.cause != .rateLimit {
      return Allowance(perMinute: max(1, limit / 2), since: now)
    }
    return limit < min(max(configured, 1), largestLimit) ? bot.allowance : nil
  }

  /// Drops the posts that no longer count at the time of the newest.
  static func trim(_ sends: inout [SendStamp]) {
    guard let newest = sends.last else { return }
    sends.removeAll { $0.age(at: newest) >= window }
    if sends.count > largestLimit {
      sends.removeFirst(sends.count - largestLimit)
    }
  }
}
