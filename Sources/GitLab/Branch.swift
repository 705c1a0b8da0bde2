/// A branch, as far as it proves that code can be read.
package struct Branch: Sendable, Equatable {
  package var name: String
  package var isDefault: Bool?
  /// The head.
  package var commit: Commit?

  package init(name: String, isDefault: Bool? = nil, commit: Commit? = nil) {
    self.name = name
    self.isDefault = isDefault
    self.commit = commit
  }
}

extension Branch: Decodable {
  private enum CodingKeys: String, CodingKey {
    case name
    case isDefault = "default"
    case commit
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    isDefault = values.bool(.isDefault)
    commit = values.optional(Commit.self, .commit)
  }
}
