/// What GitLab knows of the token that asks.
package struct TokenInformation: Sendable, Equatable {
  package var name: String?
  package var scopes: [String]
  /// The day on which the token stops, at 00:00 UTC, as in `2026-12-08`; nil for never.
  package var expiresOn: String?
  package var isActive: Bool?
  package var isRevoked: Bool?
  package var userID: Int64?

  package init(
    name: String? = nil,
    scopes: [String] = [],
    expiresOn: String? = nil,
    isActive: Bool? = nil,
    isRevoked: Bool? = nil,
    userID: Int64? = nil
  ) {
    self.name = name
    self.scopes = scopes
    self.expiresOn = expiresOn
    self.isActive = isActive
    self.isRevoked = isRevoked
    self.userID = userID
  }
}

extension TokenInformation: Decodable {
  private enum CodingKeys: String, CodingKey {
    case name
    case scopes
    case expiresAt = "expires_at"
    case active
    case revoked
    case userID = "user_id"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = values.text(.name)
    scopes = values.optional([String].self, .scopes) ?? []
    expiresOn = values.text(.expiresAt)
    isActive = values.bool(.active)
    isRevoked = values.bool(.revoked)
    userID = values.identifier(.userID)
  }
}
