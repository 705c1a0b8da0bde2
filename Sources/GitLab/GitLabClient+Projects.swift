extension GitLabClient {
  /// Returns the projects in which the token's user is at least Reporter, by id.
  ///
  /// Archived ones are left out; members by way of a group or of sharing count. Paged by key, so
  /// the list may be of any length. <https://docs.gitlab.com/api/projects/#list-all-projects>
  ///
  /// - `activeAfter`: Only projects with activity after this time. GitLab's stamp may be an hour
  ///   older than the newest event.
  package func memberProjects(
    activeAfter: Int64? = nil,
    at cursor: PageCursor? = nil
  ) async throws(GitLabError) -> Page<Project> {
    var query = [
      QueryItem("membership", "true"),
      QueryItem("archived", "false"),
      QueryItem("simple", "true"),
      QueryItem("order_by", "id"),
      QueryItem("sort", "asc"),
      QueryItem("pagination", "keyset"),
      QueryItem("min_access_level", "20"),
    ]
    if let activeAfter {
      query.append(QueryItem("last_activity_after", GitLabTime.text(activeAfter)))
    }
    let endpoint = Endpoint("projects", query: query)
    return try await get(pageOf: Project.self, endpoint, at: cursor, perPage: 100)
  }
}
