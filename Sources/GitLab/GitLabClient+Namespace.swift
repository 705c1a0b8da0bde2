extension GitLabClient {
  /// Tells what a path is: a group, a user's namespace, or nil for neither.
  ///
  /// Asks for the group, and only where there is none for a user of that name: the namespace
  /// resource itself hides the namespaces of others. Up to two requests.
  /// <https://docs.gitlab.com/api/users/>
  package func namespace(_ path: String) async throws(GitLabError) -> Namespace? {
    do {
      return .group(try await group(path))
    } catch {
      guard case .notFound = error.kind, !path.isEmpty, !path.contains("/") else {
        if case .notFound = error.kind { return nil }
        throw error
      }
    }
    let endpoint = Endpoint("users", query: [QueryItem("username", path)])
    let users = try await get(pageOf: User.self, endpoint, at: nil, perPage: 1)
    let name = path.lowercased()
    return users.rows.first { $0.username?.lowercased() == name }.map(Namespace.user)
  }
}
