extension GitLabClient {
  /// Returns a project's branches; one row is enough to prove that code can be read.
  ///
  /// An empty list of pushes proves nothing, but this resource answers `forbidden` or `notFound`
  /// without the right. <https://docs.gitlab.com/api/branches/>
  package func branches(
    _ project: ProjectReference
  ) async throws(GitLabError) -> Page<Branch> {
    let endpoint = Endpoint("projects/:id/repository/branches", of: project)
    return try await get(pageOf: Branch.self, endpoint, at: nil, perPage: 1)
  }
}
