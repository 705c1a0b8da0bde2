/// What GitLab knows of the token that asks.
package struct TokenInformation: Sendable, Equatable {
  package var name: String?
  package var scopes: [String]
  /// The day on which the token stops, at 00:00 UTC, as in `2026-12-08`; nil for never.
  package var expiresOn: String?
}

extension TokenInformation: Decodable {
  private enum CodingKeys: String, CodingKey {
    case name
    case scopes
    case expiresAt = "expires_at"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = values.text(.name)
    scopes = values.optional([String].self, .scopes) ?? []
    expiresOn = values.text(.expiresAt)
  }
}
