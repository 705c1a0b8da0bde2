/// A user, as far as rows name one.
package struct User: Sendable, Equatable {
  package var username: String?
  /// `active`, `blocked`, `deactivated` and so on.
  package var state: String?
}

extension User: Decodable {
  private enum CodingKeys: String, CodingKey {
    case username
    case state
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    username = values.text(.username)
    state = values.text(.state)
  }
}
