extension GitLabClient {
  /// Returns a pipeline's jobs, retried ones included, the newest id first.
  ///
  /// Only its own: neither those of its children nor bridges.
  /// <https://docs.gitlab.com/api/jobs/#list-pipeline-jobs>
  ///
  /// - `failedOnly`: Whether only failed jobs are wanted.
  package func pipelineJobs(
    _ project: ProjectReference,
    pipeline: Int64,
    failedOnly: Bool = true,
    at cursor: PageCursor? = nil,
    perPage: Int = 100
  ) async throws(GitLabError) -> Page<Job> {
    var query = [QueryItem("include_retried", "true")]
    if failedOnly { query.insert(QueryItem("scope[]", "failed"), at: 0) }
    let endpoint = Endpoint(
      "projects/:id/pipelines/:pipeline/jobs",
      of: project,
      [String(pipeline)],
      query: query
    )
    return try await get(pageOf: Job.self, endpoint, at: cursor, perPage: perPage)
  }
}
