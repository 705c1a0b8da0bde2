/// A group of projects, as far as it proves that there is one.
package struct Group: Sendable, Equatable {
  package var id: Int64
}

extension Group: Decodable {
  private enum CodingKeys: String, CodingKey {
    case id
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.requiredIdentifier(.id)
  }
}
