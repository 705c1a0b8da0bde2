extension GitLabClient {
  /// Returns GitLab's version and clock.
  ///
  /// Versions before 15.2 have no `/metadata`; they are asked for `/version`.
  /// <https://docs.gitlab.com/api/metadata/>
  package func metadata() async throws(GitLabError) -> Metadata {
    do {
      return try await metadata(at: Endpoint("metadata"))
    } catch {
      guard case .notFound = error.kind else { throw error }
      return try await metadata(at: Endpoint("version"))
    }
  }

  private func metadata(at endpoint: Endpoint) async throws(GitLabError) -> Metadata {
    let response = try await answer(to: endpoint)
    let wire = try decode(Wire.self, from: response, endpoint)
    return Metadata(
      version: GitLabVersion(wire.version),
      serverDate: Refusal.serverDate(of: response)
    )
  }

  // The version is what tells GitLab from anything else that answers in JSON.
  private struct Wire: Decodable {
    var version: String
  }
}
