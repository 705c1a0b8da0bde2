extension GitLabClient {
  /// Returns one commit, by its hash.
  ///
  /// <https://docs.gitlab.com/api/commits/#get-a-single-commit>
  package func commit(
    _ project: ProjectReference,
    _ hash: String
  ) async throws(GitLabError) -> Commit {
    let query = [QueryItem("stats", "false")]
    let endpoint = Endpoint(
      "projects/:id/repository/commits/:sha",
      of: project,
      [hash],
      query: query
    )
    return try await get(Commit.self, endpoint)
  }
}
