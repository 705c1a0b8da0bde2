/// A user, as far as rows name one.
package struct User: Sendable, Equatable {
  package var id: Int64?
  package var username: String?
  /// `active`, `blocked`, `deactivated` and so on.
  package var state: String?

  package init(id: Int64? = nil, username: String? = nil, state: String? = nil) {
    self.id = id
    self.username = username
    self.state = state
  }
}

extension User: Decodable {
  private enum CodingKeys: String, CodingKey {
    case id
    case username
    case state
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = values.identifier(.id)
    username = values.text(.username)
    state = values.text(.state)
  }
}
