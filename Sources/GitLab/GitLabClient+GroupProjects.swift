extension GitLabClient {
  /// Returns the projects of a group and its subgroups, without archived and merely shared ones.
  ///
  /// Paged by number: keys are not offered here. <https://docs.gitlab.com/api/groups/>
  ///
  /// - `group`: The group's full path, or its id as text.
  package func groupProjects(
    _ group: String,
    at cursor: PageCursor? = nil
  ) async throws(GitLabError) -> Page<Project> {
    let query = [
      QueryItem("include_subgroups", "true"),
      QueryItem("with_shared", "false"),
      QueryItem("archived", "false"),
      QueryItem("simple", "true"),
      // New projects come last, so pages do not shift.
      QueryItem("order_by", "id"),
      QueryItem("sort", "asc"),
    ]
    let endpoint = Endpoint("groups/:id/projects", [group], query: query)
    return try await get(pageOf: Project.self, endpoint, at: cursor, perPage: 100)
  }
}
