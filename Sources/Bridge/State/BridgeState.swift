internal import Changes

/// All that the bridge knows between two passes.
///
/// The state changes only by `apply` of an `Entry`; a checkpoint and the entries after it give the
/// same state wherever they are applied, which is what recovery rests on.
struct BridgeState: Sendable, Equatable, Codable {
  /// The version of this form; a newer one is refused.
  static let schema = 2

  /// The base URL of the GitLab that the ids belong to.
  var gitlab: String?
  /// GitLab's time of the first pass: what happened before is not told.
  var began: Timestamp?
  /// The watched projects by id.
  var projects: [Int: ProjectState] = [:]
  /// The bots by name, those gone from the configuration among them while something waits.
  var bots: [String: BotState] = [:]
  /// Which projects the routes select, as last asked.
  var discovery: DiscoveryState?
  /// A search for them that goes on in the next pass.
  var search: DiscoverySearch?
  /// Lasting troubles by key, so that each is said when it begins, daily, and when it ends.
  var troubles: [String: TroubleState] = [:]
  /// Until when GitLab is not asked for a kind of endpoint, in local time.
  var holds: [String: Timestamp] = [:]
  /// How far the idle projects have been swept.
  var sweep = SweepState()
  /// GitLab's version, as last asked.
  var server: ServerState?
  /// The id of the next queue item.
  var nextItem = 1
  /// The last pass that came to its end.
  var lastPass: PassState?
  /// What GitLab said of the token, as last asked.
  var token: TokenState?
  /// What the bots of `[alerts]` have been told.
  var alerts = AlertState()
  /// What has been counted since the state began.
  var counters = Counters()
}

/// Which projects the routes select.
struct DiscoveryState: Sendable, Equatable, Codable {
  /// A digest of the configuration's selectors: others make the answer stale.
  var selectors: String
  /// When GitLab was asked, in local time.
  var askedAt: Timestamp
  /// GitLab's time from which these selectors have been in force: projects made later are new.
  var since: Timestamp?
  /// GitLab's time of the last listing: projects made later are new under any selectors.
  var listedAt: Timestamp?
  /// The selected projects, by ascending id.
  var projects: [Int]
  /// Those among them whose activity one membership listing shows, by ascending id.
  var members: [Int]
  /// Exact paths of the configuration that lead to a project with another path now.
  var aliases: [String: Int]
  /// Selectors that gave nothing, as written in the configuration.
  var barren: [String]
  /// Selectors that gave archived projects alone.
  var archived: [String]

  /// A project that is seen for the first time, or by another path than before.
  struct Newcomer: Sendable, Equatable, Codable {
    var id: Int
    var path: String
    var defaultBranch: String?
    /// When it was created, in GitLab's time, if that was after the watch began.
    var createdAt: Timestamp?
    /// When it was selected first, in GitLab's time; nil where it has been watched before.
    var selectedAt: Timestamp?
  }
}

/// A trouble that lasts over passes.
struct TroubleState: Sendable, Equatable, Codable {
  /// When it began, in local time.
  var since: Timestamp
  /// When it was said last, in local time.
  var saidAt: Timestamp
  /// The exit code that it asks for.
  var exitCode: Int
  /// What is said when it is over.
  var topic: String
  /// What is wrong, on one line, as it was said last.
  var text: String
}

/// How far the slow rounds over all projects have come.
struct SweepState: Sendable, Equatable, Codable {
  /// Every project whose turn came up to then has been asked, in local time.
  var sweptTo: Timestamp?
  /// GitLab's time of the last listing of active projects.
  var gateAt: Timestamp?
  /// Projects whose turn came but that were not reached, longest waiting first.
  var behind: [Int] = []
}

/// What GitLab said of itself.
struct ServerState: Sendable, Equatable, Codable {
  var version: String
  /// In local time.
  var askedAt: Timestamp
}

/// What a pass did, for `status`.
struct PassState: Sendable, Equatable, Codable {
  /// In local time.
  var startedAt: Timestamp
  /// In local time.
  var endedAt: Timestamp
  var exitCode: Int
  var projects: Int
  var pushes: Int
  var builds: Int
  var posted: Int
  /// Whether it was told to stop before it was through; nil for no.
  var isStopped: Bool?
  /// Requests sent to GitLab.
  var requestsByKind: [String: Int]
  /// What asking GitLab and posting took, in milliseconds.
  var asking: Int64?
  var posting: Int64?
  /// How far GitLab's clock was ahead of ours when it was seen last, in milliseconds.
  var clockDifference: Int64?
  /// The requests that GitLab allowed in the rest of its minute, where it told.
  var allowedRequests: Int64?
  /// Passes since the one before that found the lock taken; nil for none.
  var skipped: Int?

  /// All requests sent to GitLab.
  var requests: Int { requestsByKind.values.reduce(0, +) }
}
