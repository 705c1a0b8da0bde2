extension GitLabClient {
  /// Returns the projects that the token's user is a member of, archived ones left out, by id.
  ///
  /// Members by way of a group or of sharing count. Paged by key, so the list may be of any
  /// length. <https://docs.gitlab.com/api/projects/#list-all-projects>
  ///
  /// - `minAccessLevel`: The lowest role that counts; 20 is Reporter.
  /// - `activeAfter`: Only projects with activity after this time. GitLab's stamp may be an hour
  ///   older than the newest event.
  /// - `isShort`: Whether short rows do: without `isArchived`, `hasJobs` and `accessLevel`.
  package func memberProjects(
    minAccessLevel: Int? = 20,
    activeAfter: Int64? = nil,
    isShort: Bool = true,
    at cursor: PageCursor? = nil,
    perPage: Int = 100
  ) async throws(GitLabError) -> Page<Project> {
    var query = [
      QueryItem("membership", "true"),
      QueryItem("archived", "false"),
      QueryItem("simple", isShort ? "true" : "false"),
      QueryItem("order_by", "id"),
      QueryItem("sort", "asc"),
      QueryItem("pagination", "keyset"),
    ]
    if let minAccessLevel {
      query.append(QueryItem("min_access_level", String(minAccessLevel)))
    }
    if let activeAfter {
      query.append(QueryItem("last_activity_after", GitLabTime.text(activeAfter)))
    }
    let endpoint = Endpoint("projects", query: query)
    return try await get(pageOf: Project.self, endpoint, at: cursor, perPage: perPage)
  }
}
