internal import Changes

/// What has been counted since the state began; the numbers only grow.
///
/// They change with the entries of the journal. The one of an idle pass is not synced: a crash may
/// lose what it counted, and never adds to it.
struct Counters: Sendable, Equatable, Codable {
  /// Passes that came to their end, by exit code.
  var passes: [Int: Int] = [:]
  /// Requests to GitLab, by kind.
  var requests: [String: Int] = [:]
  /// Posts to WeCom by bot, and by how they ended.
  var posts: [String: [String: Int]] = [:]
  /// Passes that found another one at work; nil for none yet.
  var skipped: Int?
  /// How often the state was damaged and recovered exactly.
  var recoveries = 0
  /// When a pass last came through with exit code 0, in local time.
  var succeededAt: Timestamp?

  /// How a post ended.
  enum PostEnding: String, Sendable, CaseIterable {
    /// WeCom took the text.
    case sent
    /// No connection, or an answer that says nothing definite.
    case failed
    /// WeCom's own rate limit.
    case limited
    /// The bot is refused; its operator must act.
    case refused
    /// The text was refused, and shortened.
    case shortened
    /// The text was refused for good.
    case kept
    /// The process died meanwhile: the text was sent again.
    case interrupted
  }

  mutating func count(_ pass: PassState) {
    passes[pass.exitCode, default: 0] += 1
    if let more = pass.skipped { skipped = (skipped ?? 0) + more }
    for (kind, count) in pass.requestsByKind {
      requests[kind, default: 0] += count
    }
    if pass.exitCode == 0, pass.isStopped != true {
      succeededAt = pass.endedAt
    }
  }

  mutating func count(_ ending: PostEnding, bot: String) {
    posts[bot, default: [:]][ending.rawValue, default: 0] += 1
  }
}

extension Counters.PostEnding {
  init(_ fate: Entry.Outcome.Fate) {
    self =
      switch fate {
      case .sent: .sent
      case .waits(let delay):
        switch delay.cause {
        case .failure: .failed
        case .rateLimit: .limited
        case .refused: .refused
        }
      case .shortened: .shortened
      case .kept: .kept
      }
  }
}
