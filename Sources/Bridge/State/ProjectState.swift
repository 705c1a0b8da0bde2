internal import Changes

/// What the bridge remembers of one watched project.
///
/// Values come from GitLab's own ids and times; the local clock only decides when to ask again.
struct ProjectState: Sendable, Equatable, Codable {
  /// The full path at the last look; the project itself is known by its id.
  var path: String
  /// When the project was created, in GitLab's time, if that was after the watch began.
  var createdAt: Timestamp?
  /// When a route first selected the project, in GitLab's time; nil once it has been read.
  var selectedAt: Timestamp?
  /// The default branch at the last look.
  var defaultBranch: String?
  /// The commit that the default branch stood at after its newest push seen.
  var defaultHead: String?
  /// The newest push event at first sight: those up to it are from before the watch.
  var firstPush: Int64?
  /// How far the push events are read; nil until the first sight.
  var pushes: EventCursor?
  /// Which failed jobs are known; nil until the first sight, or when only pushes are read.
  var jobs: JobLedger?
  /// The pipelines of the project itself.
  var pipelines: PipelineCursor?
  /// Builds found by a reading that did not come to its end, by ascending id.
  ///
  /// They wait for the rest, so that all are told in the order in which they failed.
  var heldBuilds: [FailedBuild]?
  /// The child pipelines, once the project has had one.
  var children: PipelineCursor?
  /// Builds are asked for in every pass until then, in local time.
  var busyUntil: Timestamp?
  /// Passes in a row in which GitLab failed for this project alone.
  var failures: Int?
  /// Not asked before that, in local time.
  var notBefore: Timestamp?
  /// Why the project is not asked as usual, where that lasts.
  var obstacle: Obstacle?
  /// Since when no route has selected the project, in local time.
  var unselectedSince: Timestamp?
  /// Why failed jobs are not read although a route wants them: CI is off or the role too low.
  var isWithoutBuilds: Bool?

  /// What keeps a project from being read.
  enum Obstacle: String, Sendable, Codable {
    /// GitLab answers 404 or 403: removed, private, or out of the token's reach. Asked hourly.
    case gone
    /// Ids went back: GitLab was restored from a backup. Waits for `baseline --project`.
    case rewound
  }

  init(path: String) {
    self.path = path
  }

  /// Takes over what a listing shows of the project.
  mutating func apply(_ newcomer: DiscoveryState.Newcomer) {
    path = newcomer.path
    defaultBranch = newcomer.defaultBranch ?? defaultBranch
    createdAt = newcomer.createdAt ?? createdAt
    selectedAt = selectedAt ?? newcomer.selectedAt
  }

  /// GitLab's time from which on news is told; nil: from the first answer on.
  var toldFrom: Timestamp? { createdAt ?? selectedAt }
}
