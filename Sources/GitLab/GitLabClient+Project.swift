extension GitLabClient {
  /// Returns one project.
  ///
  /// - Throws: `moved` for a former path; what the new one is, it says. `notFound` for a project
  ///   that is gone as for one that the token's user may not see.
  ///
  /// <https://docs.gitlab.com/api/projects/#get-a-single-project>
  package func project(_ project: ProjectReference) async throws(GitLabError) -> Project {
    try await get(Project.self, Endpoint("projects/:id", of: project))
  }
}
