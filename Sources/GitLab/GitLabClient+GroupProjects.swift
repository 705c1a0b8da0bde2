extension GitLabClient {
  /// Returns the projects of a group, archived ones and those only shared with it left out.
  ///
  /// Paged by number: keys are not offered here. <https://docs.gitlab.com/api/groups/>
  ///
  /// - `group`: The group's full path, or its id as text.
  /// - `includeSubgroups`: Whether the groups below count.
  /// - `order`: By id, or those with the latest activity first.
  package func groupProjects(
    _ group: String,
    includeSubgroups: Bool = true,
    order: GroupProjectOrder = .id,
    at cursor: PageCursor? = nil,
    perPage: Int = 100
  ) async throws(GitLabError) -> Page<Project> {
    var query = [
      QueryItem("include_subgroups", includeSubgroups ? "true" : "false"),
      QueryItem("with_shared", "false"),
      QueryItem("archived", "false"),
      QueryItem("simple", "true"),
    ]
    switch order {
    case .id: query += [QueryItem("order_by", "id"), QueryItem("sort", "asc")]
    case .latestActivity:
      query += [QueryItem("order_by", "last_activity_at"), QueryItem("sort", "desc")]
    }
    let endpoint = Endpoint("groups/:id/projects", [group], query: query)
    return try await get(pageOf: Project.self, endpoint, at: cursor, perPage: perPage)
  }
}
