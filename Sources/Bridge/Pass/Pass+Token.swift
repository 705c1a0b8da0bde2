internal import Changes
internal import GitLab
internal import Platform

extension Pass {
  /// How often GitLab is asked when the token ends, in milliseconds.
  private static let tokenInterval: Int64 = 86_400_000
  /// The longest that the question may hold up the posting, in milliseconds.
  private static let tokenPatience: Int64 = 5000

  /// Asks GitLab when the token ends, once a day and when there is another token.
  ///
  /// GitLab before 15.5 does not tell; that, and every other failure, leaves what was known. The
  /// question does not go through the pass's requester: a refusal here says nothing of the token.
  ///
  /// - Returns: Whether GitLab was asked.
  func askToken(until deadline: Int64?, now: Timestamp) async throws -> Bool {
    let known = keeper.state.token.flatMap { $0.digest == settings.tokenDigest ? $0 : nil }
    if let known {
      let age = now.milliseconds - known.askedAt.milliseconds
      guard age >= Self.tokenInterval || age < 0 else { return false }
    }
    let left = deadline.map { $0 - time.bootMilliseconds() } ?? .max
    guard left > 0, !stop.isSet else { return false }
    let timeout = Duration.milliseconds(min(left, Self.tokenPatience))
    var token = known ?? TokenState(askedAt: now, digest: settings.tokenDigest)
    token.askedAt = now
    let asked = client.limited(to: min(timeout, settings.timeout))
    if let facts = await stop.cancelling({ try? await asked.tokenSelf() }) {
      token.name = facts.name
      token.expiresOn = facts.expiresOn
    } else if stop.isSet {
      return true
    }
    try keeper.commit([.token(token)])
    return true
  }

  /// That the token ends soon, which is a warning a day.
  func tokenTroubles(now: Timestamp) -> [Trouble] {
    guard let token = keeper.state.token, let day = token.expiresOn,
      let left = token.daysLeft(at: now), left <= AlertBook.tokenDays.max() ?? 0
    else { return [] }
    let name = token.name.map { " \"\(ShownText.line($0, limit: 60))\"" } ?? ""
    let when = left > 0 ? "ends \(day), in \(left) \(left == 1 ? "day" : "days")" : "ended \(day)"
    return [
      Trouble(
        key: "token.ending",
        exitCode: .ok,
        text: """
          the token\(name) \(when): make a new one in time (in GitLab, "rotate" keeps its name), \
          and put it where the configuration says
          """,
        ending: "the token\(name) no longer ends soon"
      )
    ]
  }
}

extension TokenState {
  /// When the token stops; nil for never or not known.
  var endsAt: Timestamp? {
    guard let expiresOn, let end = try? LocalTime.parse("\(expiresOn)T00:00Z", now: 0) else {
      return nil
    }
    return Timestamp(milliseconds: end)
  }

  /// Returns the days until the token stops, begun ones counted whole; 0 or less once it has.
  func daysLeft(at now: Timestamp) -> Int? {
    guard let endsAt else { return nil }
    let left = endsAt.milliseconds - now.milliseconds
    return Int(left > 0 ? (left + 86_399_999) / 86_400_000 : left / 86_400_000)
  }
}
