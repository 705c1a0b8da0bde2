/// A project as GitLab shows it to the token's user.
package struct Project: Sendable, Equatable {
  package var id: Int64
  /// The bare name, not the path.
  package var name: String?
  /// The full path, as in `group/subgroup/project`.
  package var fullPath: String?
  package var webURL: String?
  package var defaultBranch: String?
  /// Nil in a listing of short rows.
  package var isArchived: Bool?
  /// In milliseconds since 1970, like all times here.
  package var createdAt: Int64?
  /// May be an hour older than the newest event.
  package var lastActivityAt: Int64?
  /// Whether CI is on; nil in a listing of short rows.
  package var hasJobs: Bool?
  /// The highest role of the token's user, of the project's or its group's; nil when not told.
  package var accessLevel: Int64?

  package init(
    id: Int64,
    name: String? = nil,
    fullPath: String? = nil,
    webURL: String? = nil,
    defaultBranch: String? = nil,
    isArchived: Bool? = nil,
    createdAt: Int64? = nil,
    lastActivityAt: Int64? = nil,
    hasJobs: Bool? = nil,
    accessLevel: Int64? = nil
  ) {
    self.id = id
    self.name = name
    self.fullPath = fullPath
    self.webURL = webURL
    self.defaultBranch = defaultBranch
    self.isArchived = isArchived
    self.createdAt = createdAt
    self.lastActivityAt = lastActivityAt
    self.hasJobs = hasJobs
    self.accessLevel = accessLevel
  }
}

extension Project: Decodable {
  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case fullPath = "path_with_namespace"
    case webURL = "web_url"
    case defaultBranch = "default_branch"
    case archived
    case createdAt = "created_at"
    case lastActivityAt = "last_activity_at"
    case jobsEnabled = "jobs_enabled"
    case buildsAccessLevel = "builds_access_level"
    case permissions
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.requiredIdentifier(.id)
    name = values.text(.name)
    fullPath = values.text(.fullPath)
    webURL = values.text(.webURL)
    defaultBranch = values.text(.defaultBranch)
    isArchived = values.bool(.archived)
    createdAt = values.time(.createdAt)
    lastActivityAt = values.time(.lastActivityAt)
    hasJobs =
      values.text(.buildsAccessLevel).map { $0 != "disabled" } ?? values.bool(.jobsEnabled)
    accessLevel = values.optional(Permissions.self, .permissions)?.highest
  }

  private struct Permissions: Decodable {
    var highest: Int64?

    enum CodingKeys: String, CodingKey {
      case project = "project_access"
      case group = "group_access"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      highest = [CodingKeys.project, .group]
        .compactMap { values.optional(Access.self, $0)?.level }
        .max()
    }
  }

  private struct Access: Decodable {
    var level: Int64?

    enum CodingKeys: String, CodingKey {
      case level = "access_level"
    }
  }
}
