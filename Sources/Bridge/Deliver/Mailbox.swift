internal import WeCom

/// A bot of the configuration as the courier sees it.
struct Mailbox: Sendable {
  /// The bot's name in the configuration.
  var name: String
  /// The host and port that it posts to: a failed connection holds all bots of one host.
  var host: String
  /// A digest of the bot's key: another one ends every delay at once.
  var keyDigest: String
  var messagesPerMinute: Int
  /// The longest time that a post takes.
  var timeoutMilliseconds: Int64 = 10_000
  /// Posts a finished text once, in no more than so much time, and tells how it ended.
  var post: @Sendable (_ content: String, _ limit: Duration) async -> PostOutcome
}
