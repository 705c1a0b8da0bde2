extension GitLabClient {
  /// Returns a project's failed jobs, the newest id first.
  ///
  /// Those of child pipelines and retried ones are there, bridges are not. This resource has a
  /// rate limit of its own, over all projects. <https://docs.gitlab.com/api/jobs/>
  ///
  /// Paged by number, which GitLab refuses beyond 50,000 rows.
  package func failedJobs(
    _ project: ProjectReference,
    at cursor: PageCursor? = nil,
    perPage: Int = 100
  ) async throws(GitLabError) -> Page<Job> {
    let query = [QueryItem("scope[]", "failed")]
    let endpoint = Endpoint("projects/:id/jobs", of: project, query: query)
    return try await get(pageOf: Job.self, endpoint, at: cursor, perPage: perPage)
  }
}
