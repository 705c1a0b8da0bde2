extension GitLabClient {
  /// Returns a project's failed jobs, the newest id first.
  ///
  /// Those of child pipelines and retried ones are there, bridges are not. This resource has a
  /// rate limit of its own, over all projects. <https://docs.gitlab.com/api/jobs/>
  ///
  /// - `isKeyset`: Whether to page by key, which versions before 15.9 refuse; the default pages
  ///   by number, which GitLab refuses beyond 50,000 rows.
  package func failedJobs(
    _ project: ProjectReference,
    isKeyset: Bool = false,
    at cursor: PageCursor? = nil,
    perPage: Int = 100
  ) async throws(GitLabError) -> Page<Job> {
    var query = [QueryItem("scope[]", "failed")]
    if isKeyset { query.append(QueryItem("pagination", "keyset")) }
    let endpoint = Endpoint("projects/:id/jobs", of: project, query: query)
    return try await get(pageOf: Job.self, endpoint, at: cursor, perPage: perPage)
  }
}
