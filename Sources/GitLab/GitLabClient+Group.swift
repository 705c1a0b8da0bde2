extension GitLabClient {
  /// Returns one group, by its full path or its id as text.
  ///
  /// - Throws: `notFound` also for a user's namespace. <https://docs.gitlab.com/api/groups/>
  package func group(_ path: String) async throws(GitLabError) -> Group {
    // Without this, GitLab sends up to 100 of the group's projects along.
    let query = [QueryItem("with_projects", "false")]
    return try await get(Group.self, Endpoint("groups/:id", [path], query: query))
  }
}
