internal import Changes

/// What the bridge remembers of one bot: what waits for it, and how it answered.
struct BotState: Sendable, Equatable, Codable {
  /// What waits, in the order in which it will be posted.
  var queue: [QueueItem] = []
  /// The item that was being posted when the state was written last.
  var intent: Intent?
  /// The times of the newest posts, oldest first, for the pace.
  var sends: [SendStamp] = []
  /// Why the queue waits and until when; nil when the last post was accepted.
  var delay: Delay?
  /// Messages that will not be posted, with the cause.
  var kept: [KeptItem] = []
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
  /// Failures in a row, from 1.
  var count: Int
  /// The next try, on both clocks.
  var until: SendStamp
  /// When the first of these failures happened, in local time.
  var since: Timestamp
  /// What WeCom or the connection said, cleaned; never the key.
  var reason: String
  /// A digest of the bot's key when it was refused: another key is tried at once.
  var keyDigest: String?
}

/// A message that is not posted.
struct KeptItem: Sendable, Equatable, Codable {
  var item: QueueItem
  var cause: String
  /// In local time.
  var at: Timestamp
}
