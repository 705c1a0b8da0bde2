extension GitLabClient {
  /// Returns a project's pipelines, the longest unchanged first.
  ///
  /// GitLab leaves child pipelines out unless they are asked for, and knows how to list them since
  /// 17.0. <https://docs.gitlab.com/api/pipelines/#list-project-pipelines>
  ///
  /// - `updatedAfter`: Only pipelines changed at this time or later, in milliseconds since 1970.
  /// - `areChildren`: Whether to list the child pipelines in place of the others.
  /// - `status`: Only pipelines of this status, in GitLab's word.
  package func pipelines(
    _ project: ProjectReference,
    updatedAfter: Int64? = nil,
    areChildren: Bool = false,
    status: String? = nil,
    at cursor: PageCursor? = nil,
    perPage: Int = 100
  ) async throws(GitLabError) -> Page<Pipeline> {
    var query: [QueryItem] = []
    if let updatedAfter {
      query.append(QueryItem("updated_after", GitLabTime.text(updatedAfter)))
    }
    if areChildren { query.append(QueryItem("source", "parent_pipeline")) }
    if let status { query.append(QueryItem("status", status)) }
    query += [QueryItem("order_by", "updated_at"), QueryItem("sort", "asc")]
    let endpoint = Endpoint("projects/:id/pipelines", of: project, query: query)
    return try await get(pageOf: Pipeline.self, endpoint, at: cursor, perPage: perPage)
  }
}
