internal import Changes

/// When a post that did not succeed is tried again: a pure function of what happened.
enum Retry {
  /// The pauses after the first, second, … failure in a row, in milliseconds; the last one stays.
  static let schedule: [Int64] = [
    10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
  ]
  /// The pause after WeCom's own rate limit, doubled each time in a row, in milliseconds.
  static let firstPatience: Int64 = 60_000
  static let longestPatience: Int64 = 600_000
  /// How often a bot that needs its operator is tried, in milliseconds.
  static let refusedPause: Int64 = 900_000
  /// No pause is longer, in milliseconds.
  static let longest: Int64 = 900_000
  /// The longest retry time that a pass waits for, in milliseconds.
  static let longestWaited: Int64 = 10_000

  /// Returns the pause after the `count`-th outcome of that cause in a row, in milliseconds.
  ///
  /// `count` begins at 1. `jitter` is in 0..<1: a failure's pause lies between half and the whole
  /// of its nominal one, so that bots that failed together do not come back together.
  static func pause(after cause: Delay.Cause, count: Int, jitter: Double) -> Int64 {
    switch cause {
    case .failure:
      let nominal = schedule[min(max(count, 1), schedule.count) - 1]
      return Int64(Double(nominal) * (0.5 + 0.5 * min(max(jitter, 0), 1)))
    case .rateLimit:
      let doublings = min(max(count, 1) - 1, 10)
      return min(firstPatience << Int64(doublings), longestPatience)
    case .refused:
      return refusedPause
    }
  }

  /// Returns the delay after one more outcome of a cause.
  ///
  /// Another cause than before begins a new row: a rate limit proves that the connection works,
  /// and a refusal that WeCom answers.
  static func delay(
    _ cause: Delay.Cause,
    reason: String,
    after previous: Delay?,
    keyDigest: String,
    now: SendStamp,
    jitter: Double
  ) -> Delay {
    let row = previous?.cause == cause ? previous : nil
    let count = (row?.count ?? 0) + 1
    return Delay(
      cause: cause,
      count: count,
      until: now.adding(pause(after: cause, count: count, jitter: jitter)),
      since: row?.since ?? Timestamp(milliseconds: now.wall),
      reason: reason,
      keyDigest: keyDigest
    )
  }
}

extension Delay {
  /// Returns the milliseconds until the next try; 0 as soon as the bot has another key.
  func remaining(at now: SendStamp, keyDigest: String) -> Int64 {
    if let known = self.keyDigest, known != keyDigest { return 0 }
    return until.remaining(at: now, limit: Retry.longest)
  }
}
