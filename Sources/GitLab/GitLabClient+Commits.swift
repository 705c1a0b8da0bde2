extension GitLabClient {
  /// Returns the commits of a ref or of a range, the newest first.
  ///
  /// - `ref`: A hash, a branch, or a range `A..B`: what B reaches and A does not.
  /// - `perPage`: At most 100; a push webhook holds the newest 20.
  ///
  /// <https://docs.gitlab.com/api/commits/#list-repository-commits>
  package func commits(
    _ project: ProjectReference,
    of ref: String,
    perPage: Int
  ) async throws(GitLabError) -> Page<Commit> {
    let query = [QueryItem("ref_name", ref)]
    let endpoint = Endpoint("projects/:id/repository/commits", of: project, query: query)
    return try await get(pageOf: Commit.self, endpoint, at: nil, perPage: perPage)
  }
}
