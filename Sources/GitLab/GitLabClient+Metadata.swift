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
      isEnterprise: wire.isEnterprise,
      serverDate: Refusal.serverDate(of: response)
    )
  }

  private struct Wire: Decodable {
    var version: String
    var isEnterprise: Bool?

    enum CodingKeys: String, CodingKey {
      case version
      case enterprise
    }

    // The version is what tells GitLab from anything else that answers in JSON.
    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      version = try values.decode(String.self, forKey: .version)
      isEnterprise = values.bool(.enterprise)
    }
  }
}
