extension GitLabClient {
  /// Returns a pipeline's failed jobs, retried ones included, the newest id first.
  ///
  /// Only its own: neither those of its children nor bridges.
  /// <https://docs.gitlab.com/api/jobs/#list-pipeline-jobs>
  package func pipelineJobs(
    _ project: ProjectReference,
    pipeline: Int64,
    at cursor: PageCursor? = nil,
    perPage: Int = 100
  ) async throws(GitLabError) -> Page<Job> {
    let query = [QueryItem("scope[]", "failed"), QueryItem("include_retried", "true")]
    let endpoint = Endpoint(
      "projects/:id/pipelines/:pipeline/jobs",
      of: project,
      [String(pipeline)],
      query: query
    )
    return try await get(pageOf: Job.self, endpoint, at: cursor, perPage: perPage)
  }
}
