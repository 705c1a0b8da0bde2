extension GitLabClient {
  /// Returns a pipeline's bridges: the way to its children before 17.0.
  ///
  /// Those of a retried trigger are not listed.
  /// <https://docs.gitlab.com/api/jobs/#list-pipeline-trigger-jobs>
  package func bridges(
    _ project: ProjectReference,
    pipeline: Int64
  ) async throws(GitLabError) -> Page<BridgeJob> {
    let endpoint = Endpoint(
      "projects/:id/pipelines/:pipeline/bridges",
      of: project,
      [String(pipeline)]
    )
    return try await get(pageOf: BridgeJob.self, endpoint, at: nil, perPage: 100)
  }
}
