internal import Changes

/// What the bridge remembers of one bot: what waits for it, and how it answered.
struct BotState: Sendable, Equatable, Codable {
  /// What waits, in the order in which it will be posted.
  var queue: [QueueItem] = []
  /// The item that was being posted when the state was written last.
  var intent: Intent?
  /// The ends of the posts of the last minute, oldest first, for the pace.
  var sends: [SendStamp] = []
  /// What WeCom lets through while others use the same bot; nil: as configured.
  var allowance: Allowance?
  /// Why the queue waits and until when; nil when the last post was answered for good.
  var delay: Delay?
  /// For how long the bot has been gone from the configuration; nil while it is there.
  var absence: Absence?
  /// Messages that will not be posted, with the cause.
  var kept: [KeptItem] = []
  /// News that was too old when it was found.
  var skipped: [MessageKey] = []
  /// News that was told, or waits to be.
  var told = ToldLog()
  /// The counters of the balance.
  var tally = Tally()

  /// The number of messages that wait, each message of a digest counted.
  var waiting: Int {
    queue.reduce(0) { $0 + $1.messageCount }
  }

  /// Whether every message found is accounted for.
  var isBalanced: Bool {
    tally.found == tally.posted + tally.inDigests + tally.tooOld + tally.keptAside + waiting
  }
}

/// Where the messages found for one bot have gone; each message is in one of the counters or waits.
struct Tally: Sendable, Equatable, Codable {
  var found = 0
  /// Posted one by one.
  var posted = 0
  /// Posted as a line of a digest.
  var inDigests = 0
  /// Older than `max_age` when found.
  var tooOld = 0
  /// Refused by WeCom or given up with the bot.
  var keptAside = 0
}

/// A finished text on its way to one bot.
struct QueueItem: Sendable, Equatable, Codable {
  /// Unique in the state, ascending in the order of finding.
  var id: Int
  /// The bytes to post, at most 4096 of UTF-8.
  var content: String
  /// What the message is about; nil for a digest and for the bridge's own words.
  var subject: Subject?
  /// The messages that this item tells: 1, the lines of a digest, or 0 for the bridge's own words.
  var messageCount: Int
  /// When the item was queued, in local time.
  var queuedAt: Timestamp
  /// Whether the text was shortened after WeCom refused it.
  var isShortened: Bool?
  /// The messages that a digest tells, so that one kept aside still says what it was about.
  var members: [MessageKey]?
}

/// The news that a message tells, unique in one GitLab.
struct MessageKey: Sendable, Hashable, Codable {
  var kind: Subject.Kind
  /// The event's id for a push, the job's for a build.
  var id: Int64
}

/// The news behind a message, with what its line in a digest needs.
struct Subject: Sendable, Equatable, Codable {
  enum Kind: String, Sendable, Codable {
    case push
    case build
  }

  var kind: Kind
  /// The event's id for a push, the job's for a build.
  var id: Int64

  /// The news, as it is unique in one GitLab.
  var key: MessageKey {
    MessageKey(kind: kind, id: id)
  }

  var projectID: Int64
  var projectName: String
  var projectURL: String
  /// The title of the route that tells it.
  var title: String
  var username: String
  /// The branch, or the ref of a job.
  var ref: String
  /// The first line of the commit message shown, or the job's name.
  var headline: String
  /// The page of the commit or the job.
  var link: String
  /// The commits of a push.
  var commitCount: Int?
  /// How a push moved its branch; nil: it brought commits.
  var pushKind: DigestEntry.PushKind?
  /// The stage of a job.
  var stage: String?
  /// Why a job failed, in GitLab's own word.
  var reason: String?
  /// When it happened, in GitLab's time.
  var at: Timestamp
}

/// A post that has begun: written before the connection is opened.
struct Intent: Sendable, Equatable, Codable {
  var item: Int
  /// When it began.
  var at: SendStamp
}

/// A time on both clocks, so that a step of the wall clock neither opens nor shuts the pace.
struct SendStamp: Sendable, Equatable, Codable {
  /// Milliseconds since 1970 by the wall clock.
  var wall: Int64
  /// Milliseconds since the machine's start.
  var boot: Int64
  /// Which start of the machine `boot` counts from.
  var bootID: String
}

/// A number of messages a minute below the configured one, found by WeCom's own rate limit.
struct Allowance: Sendable, Equatable, Codable {
  /// What was allowed when it was cut.
  var perMinute: Int
  /// When it was cut: it is raised slowly from then on.
  var since: SendStamp
}

/// The time that a bot has been gone from the configuration, as far as passes have seen it.
///
/// Counted in portions of at most a day, so that a clock that jumps a year ahead gives up nothing.
struct Absence: Sendable, Equatable, Codable {
  /// In milliseconds, up to `countedAt`.
  var observed: Int64
  /// In local time.
  var countedAt: Timestamp
}

/// Why a bot's queue waits.
struct Delay: Sendable, Equatable, Codable {
  enum Cause: String, Sendable, Codable {
    /// No connection, or an answer that says nothing definite.
    case failure
    /// WeCom asks for patience: its own rate limit.
    case rateLimit
    /// The bot is refused; its operator must act.
    case refused
  }

  var cause: Cause
  /// Outcomes of this cause in a row, from 1.
  var count: Int
  /// The next try, on both clocks.
  var until: SendStamp
  /// When the first of these happened, in local time.
  var since: Timestamp
  /// What WeCom or the connection said, cleaned; never the key.
  var reason: String
  /// A digest of the bot's key at that time: another key is tried at once.
  var keyDigest: String?
}

/// A message that is not posted.
struct KeptItem: Sendable, Equatable, Codable {
  var item: QueueItem
  var cause: String
  /// In local time.
  var at: Timestamp
}
