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
  /// Whether CI is on; nil in a listing of short rows.
  package var hasJobs: Bool?
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
    case jobsEnabled = "jobs_enabled"
    case buildsAccessLevel = "builds_access_level"
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
    hasJobs =
      values.text(.buildsAccessLevel).map { $0 != "disabled" } ?? values.bool(.jobsEnabled)
  }
}
