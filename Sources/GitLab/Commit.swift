/// A commit, as far as messages tell of it.
package struct Commit: Sendable, Equatable {
  /// The full hash.
  package var id: String
  package var title: String?
  /// The whole message, line ends as they were committed.
  package var message: String?
  package var webURL: String?
}

extension Commit: Decodable {
  private enum CodingKeys: String, CodingKey {
    case id
    case title
    case message
    case webURL = "web_url"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(String.self, forKey: .id)
    guard !id.isEmpty else {
      throw DecodingError.dataCorruptedError(forKey: .id, in: values, debugDescription: "empty")
    }
    title = values.text(.title)
    message = values.text(.message)
    webURL = values.text(.webURL)
  }
}
