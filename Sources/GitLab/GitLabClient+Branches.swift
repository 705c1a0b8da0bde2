/// A branch, as far as it proves that code can be read.
package struct Branch: Sendable, Equatable {
  package var name: String
  package var isDefault: Bool?
  /// The head.
  package var commit: Commit?

  package init(name: String, isDefault: Bool? = nil, commit: Commit? = nil) {
    self.name = name
    self.isDefault = isDefault
    self.commit = commit
  }
}

extension Branch: Decodable {
  private enum CodingKeys: String, CodingKey {
    case name
    case isDefault = "default"
    case commit
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    isDefault = values.bool(.isDefault)
    commit = values.optional(Commit.self, .commit)
  }
}

extension GitLabClient {
  /// Returns a project's branches; one row is enough to prove that code can be read.
  ///
  /// An empty list of pushes proves nothing, but this resource answers `forbidden` or `notFound`
  /// without the right. <https://docs.gitlab.com/api/branches/>
  package func branches(
    _ project: ProjectReference,
    at cursor: PageCursor? = nil,
    perPage: Int = 1
  ) async throws(GitLabError) -> Page<Branch> {
    let endpoint = Endpoint("projects/:id/repository/branches", of: project)
    return try await get(pageOf: Branch.self, endpoint, at: cursor, perPage: perPage)
  }
}
