internal import Platform

/// What the state holds, for people and for other programs.
///
/// The names in JSON stay as they are; a value that is not there is left out.
package struct StatusReport: Sendable, Equatable, Encodable {
  package var exitCode: ExitCode = .ok
  /// Why the state could not be read.
  package var failure: String?
  package var askedAt: Moment
  package var gitlab: GitLab
  package var state: State
  /// The pass that is at work now.
  package var running: Running?
  package var lastPass: Pass?
  package var token: Token?
  package var troubles: [Trouble] = []
  package var bots: [Bot] = []
  package var projects: [Project] = []

  /// A moment in milliseconds since 1970; RFC 3339 in UTC in JSON.
  package struct Moment: Sendable, Equatable, Encodable {
    package var milliseconds: Int64

    package init(_ milliseconds: Int64) {
      self.milliseconds = milliseconds
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(LocalTime.utc(milliseconds))
    }
  }

  /// The GitLab that is watched.
  package struct GitLab: Sendable, Equatable, Encodable {
    package var url: String
    package var version: String?
    /// Since when GitLab gives no usable answers; nil while it does.
    package var unusableSince: Moment?
  }

  /// The state and its files.
  package struct State: Sendable, Equatable, Encodable {
    package var directory: String
    package var generation = 0
    /// The bytes of the last checkpoint and of what was noted since.
    package var bytes = 0
    /// GitLab's time at which the watch began; nil before the first pass.
    package var watchedSince: Moment?
  }

  /// A pass that is at work.
  package struct Running: Sendable, Equatable, Encodable {
    package var since: Moment
    package var processID: Int
  }

  /// What the last pass came to.
  package struct Pass: Sendable, Equatable, Encodable {
    package var startedAt: Moment
    package var endedAt: Moment
    package var exitCode: Int
    package var projects: Int
    package var pushes: Int
    package var builds: Int
    package var posted: Int
    /// Whether it was told to stop before it was through.
    package var wasStopped: Bool
    package var requests: Int
    /// By kind of endpoint.
    package var requestsByKind: [String: Int]
  }

  /// The token as GitLab described it last.
  package struct Token: Sendable, Equatable, Encodable {
    package var name: String?
    /// The day on which it stops, at 00:00 UTC; nil for never or not known.
    package var endsOn: String?
    /// Begun days counted whole; 0 or less once it has stopped.
    package var daysLeft: Int?
  }

  /// Something that is wrong, and lasts.
  package struct Trouble: Sendable, Equatable, Encodable {
    /// A stable name, as in `gitlab.unreachable`.
    package var event: String
    package var since: Moment
    package var saidAt: Moment
    package var exitCode: Int
    package var text: String
  }

  /// What waits for one bot, and where the messages found for it have gone.
  package struct Bot: Sendable, Equatable, Encodable {
    package var name: String
    package var isConfigured: Bool
    /// Messages that wait, each one of a digest counted.
    package var waiting: Int
    /// Texts that wait, the bridge's own among them.
    package var texts: Int
    /// Since when the oldest of them waits.
    package var oldest: Moment?
    /// What they wait for; nil when nothing waits.
    package var waitsFor: Wait?
    /// When the next of them may be posted.
    package var nextTry: Moment?
    /// What WeCom or the connection said, and since when it says so.
    package var reason: String?
    package var failingSince: Moment?
    /// Whether WeCom refuses the bot until somebody acts.
    package var needsOperator: Bool
    /// Whether the process died while it posted: that text is sent again.
    package var isInDoubt: Bool
    package var balance: Balance
    package var keptAside: [Kept]
  }

  /// What keeps texts from being posted at once.
  package enum Wait: String, Sendable, Encodable {
    /// The next pass, or the one at work.
    case turn
    /// The messages that a bot may be sent in a minute.
    case pace
    /// WeCom's own rate limit.
    case rateLimit = "rate_limit"
    /// A time after a failure.
    case retry
    /// Somebody who makes the bot work again.
    case `operator`
    /// The bot's return to the configuration.
    case configuration
  }

  /// Where the messages found for a bot have gone; `found` is the sum of the others.
  package struct Balance: Sendable, Equatable, Encodable {
    package var found: Int
    package var posted: Int
    package var inDigests: Int
    package var tooOld: Int
    package var keptAside: Int
    package var waiting: Int
    package var isBalanced: Bool
  }

  /// A text that is not posted.
  package struct Kept: Sendable, Equatable, Encodable {
    package var at: Moment
    /// What it is about, on one line.
    package var about: String
    package var messages: Int
    package var cause: String
  }

  /// How far one project is read.
  package struct Project: Sendable, Equatable, Encodable {
    package var id: Int
    package var path: String
    /// `read`, `failing`, `gone` or `rewound`.
    package var condition: String
    package var pushes: Pushes?
    package var builds: Builds?
    /// Until when builds are asked for in every pass; nil while the project is quiet.
    package var busyUntil: Moment?
    /// Passes in a row in which GitLab failed for this project.
    package var failures: Int
    /// Until when it is not asked.
    package var restsUntil: Moment?
    /// Whether failed jobs are not read although a route wants them.
    package var isWithoutBuilds: Bool
    /// Whether its turn came and it was not reached.
    package var isBehind: Bool
  }

  /// How far the push events are read.
  package struct Pushes: Sendable, Equatable, Encodable {
    /// The newest event seen, and GitLab's time of it; nil when there was none.
    package var newestEvent: Int64?
    package var newestAt: Moment?
    /// Every event up to this id is done with.
    package var doneTo: Int64
  }

  /// How far the failed jobs are read.
  package struct Builds: Sendable, Equatable, Encodable {
    /// GitLab's time up to which all failed jobs were listed.
    package var listedTo: Moment
    /// GitLab's time up to which pipelines were followed.
    package var followedTo: Moment?
    /// Failed jobs that are remembered.
    package var knownJobs: Int
    /// Pipelines whose jobs can still fail.
    package var pipelinesUnderWay: Int
  }
}
