/// What a phase of posting came to.
struct DeliveryReport: Sendable, Equatable {
  /// Messages posted one by one.
  var posted = 0
  /// Digests posted.
  var digests = 0
  /// Messages told by these digests.
  var inDigests = 0
  /// The bridge's own words posted.
  var notices = 0
  /// The bots for which something waits, by name.
  var waiting: [Waiting] = []
  /// What WeCom refused for good in this phase.
  var keptAside: [KeptAside] = []
  /// The bots gone for so long that their queues were kept aside in this phase, and how many
  /// messages of each.
  var abandoned: [String: Int] = [:]
  /// The hosts that could not be reached, with the reason.
  var failedHosts: [String: String] = [:]

  /// What waits for one bot.
  struct Waiting: Sendable, Equatable {
    var bot: String
    /// Messages, each line of a digest counted.
    var messages: Int
    /// Texts to post.
    var items: Int
    var cause: Cause
    /// The milliseconds until the next try may be made.
    var milliseconds: Int64

    /// What people are told to wait: messages, or the bridge's own words, which count as none.
    var toldCount: Int { max(messages, items) }
  }

  /// Why something waits.
  enum Cause: Sendable, Equatable {
    /// Only for the pace or for its turn: nothing is wrong.
    case pace
    /// A failed try, or WeCom's rate limit, or a refusal of the bot.
    case delay(Delay)
    /// The host failed for another bot in this phase.
    case host(String, reason: String)
    /// The bot is gone from the configuration.
    case absent
  }

  /// A text that will not be posted.
  struct KeptAside: Sendable, Equatable {
    var bot: String
    var item: QueueItem
    var cause: String
  }
}
