extension World {
  struct User: Sendable {
    let id: Int
    var username: String
    var name: String
    var isBlocked = false
    let namespaceID: Int
    let createdAt: Int64
  }

  struct Namespace: Sendable {
    let id: Int
    var name: String
    var path: String
    var parentID: Int?
    /// Nil for a group.
    var ownerID: Int?
    var fullPath: String
    var fullName: String
    var isVisible = true
    let createdAt: Int64

    var kind: String { ownerID == nil ? "group" : "user" }
  }

  struct Token: Sendable {
    let id: Int
    let name: String
    let userID: Int
    var scopes: [String]
    /// The first day on which it no longer works, as `2026-12-08`.
    var expiresAt: String?
    var isRevoked = false
    let createdAt: Int64
  }

  struct Project: Sendable {
    let id: Int
    var name: String
    var path: String
    var namespaceID: Int
    var fullPath: String
    var visibility: Visibility
    /// The role of the tokens' user: 0 for no member, 10 guest, 20 reporter and so on.
    var accessLevel: Int
    var isArchived = false
    var isCIEnabled = true
    var isRepositoryEnabled = true
    var defaultBranch: String?
    let createdAt: Int64
    var updatedAt: Int64
    var lastActivityAt: Int64
    /// Values of `lastActivityAt` that are not committed yet.
    var pendingActivity: [(visibleAt: Int64, value: Int64)] = []
    var repository = Repository()
    /// By id, lowest first.
    var events: [Event] = []
    /// By id, lowest first.
    var pipelines: [Versioned<Pipeline>] = []
    /// By id, lowest first; bridges and external statuses among them.
    var jobs: [Versioned<Job>] = []
    var pipelineCount = 0
    var issueCount = 0

    var isReadable: Bool { accessLevel > 0 || visibility != .private }
    var canReadCode: Bool { isRepositoryEnabled && (accessLevel >= 20 || visibility != .private) }
    var canReadBuilds: Bool { isCIEnabled && (accessLevel >= 20 || visibility != .private) }
  }

  /// Who may see a project.
  package enum Visibility: String, Sendable {
    case `private`
    case `internal`
    case `public`
  }

  struct Event: Sendable {
    enum Kind: Sendable {
      case push(PushData)
      case other(action: String, target: String, targetID: Int, iid: Int, title: String?)
      case note(id: Int, body: String, issueID: Int, iid: Int)
    }

    let id: Int
    let authorID: Int
    let createdAt: Int64
    let visibleAt: Int64
    /// Whether the visibility filter takes it out after paging.
    var isHidden = false
    let kind: Kind
  }

  struct PushData: Sendable {
    var commitCount: Int
    /// `created`, `pushed` or `removed`.
    var action: String
    var isTag: Bool
    var from: String?
    var to: String?
    var ref: String?
    var title: String?
    var refCount: Int?
  }

  struct Pipeline: Sendable {
    let id: Int
    let iid: Int
    let sha: String
    /// Index of the commit in the repository.
    let commit: Int
    let ref: String
    let isTag: Bool
    let source: String
    let userID: Int
    let name: String?
    var status: PipelineStatus = .created
    let createdAt: Int64
    var updatedAt: Int64
    var startedAt: Int64?
    var finishedAt: Int64?
    /// Ids of its jobs, bridges and external statuses.
    var jobs: [Int] = []
    /// The stages in their order.
    var stages: [String] = []
    var upstream: Upstream?
  }

  struct Upstream: Sendable {
    let projectID: Int
    let pipelineID: Int
    let bridgeID: Int
    /// Whether the bridge takes over the status (`strategy: depend`).
    let isMirrored: Bool
  }

  struct Job: Sendable {
    enum Kind: Sendable { case build, bridge, external }

    let id: Int
    let pipelineID: Int
    let kind: Kind
    let name: String
    let stage: String
    let allowsFailure: Bool
    let isManual: Bool
    var userID: Int
    var status: PipelineStatus
    var isRetried = false
    let createdAt: Int64
    var queuedAt: Int64?
    var startedAt: Int64?
    var finishedAt: Int64?
    var erasedAt: Int64?
    var failureReason: String?
    var downstream: (projectID: Int, pipelineID: Int)?
  }
}
