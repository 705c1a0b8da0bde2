internal import Changes

/// A project as GitLab shows it in this pass.
struct ProjectFacts: Sendable, Equatable {
  var id: Int64
  /// The bare name, which messages show.
  var name: String
  /// The full path, which routes match.
  var path: String
  var webURL: String
  var defaultBranch: String?
}

/// A push that a route may tell.
struct Push: Sendable, Equatable {
  var eventID: Int64
  var at: Timestamp
  var username: String
  var branch: String
  /// The message of the commit that the webhook would have listed first; never empty.
  ///
  /// Nil for a push too old to be told, whose commit nobody asks for.
  var message: String?
  /// The page of that commit.
  var link: String
  var commitCount: Int
  /// How it moved the branch.
  var kind: DigestEntry.PushKind
}

/// A failed job that a route may tell.
struct FailedBuild: Sendable, Equatable, Codable {
  var jobID: Int64
  var finishedAt: Timestamp
  var username: String
  var ref: String
  var reference: BuildReference
  var stage: String
  var name: String
  var reason: String
  var link: String
  /// The message of the pipeline's commit; never empty.
  var message: String
}

/// What one project gave in one pass, and the state it is to be remembered with.
struct ProjectReading: Sendable {
  var id: Int
  var state: ProjectState
  /// What a listing of this pass has shown of the project.
  var listed: ProjectFacts?
  /// Nil when there was no news and so nobody asked.
  var facts: ProjectFacts?
  /// By ascending event id.
  var pushes: [Push] = []
  /// By finish time, then id.
  var builds: [FailedBuild] = []
  /// What kept part of the project from being read.
  var error: PollError?
  /// GitLab's time of the answers.
  var serverDate: Timestamp?
  /// Whether some of it was read, or the time of the pass ran out over it.
  var hadTurn = false
  /// The paths that routes may know the project by: the present one, and the one before.
  var paths: [String]

  init(id: Int, state: ProjectState) {
    self.id = id
    self.state = state
    paths = [state.path]
  }
}
