extension GitLabClient {
  /// Returns one pipeline. <https://docs.gitlab.com/api/pipelines/#get-a-single-pipeline>
  package func pipeline(
    _ project: ProjectReference,
    _ id: Int64
  ) async throws(GitLabError) -> Pipeline {
    let endpoint = Endpoint("projects/:id/pipelines/:pipeline", of: project, [String(id)])
    return try await get(Pipeline.self, endpoint)
  }
}
