/// A commit, as far as messages tell of it.
package struct Commit: Sendable, Equatable {
  /// The full hash.
  package var id: String
  package var title: String?
  /// The whole message, line ends as they were committed.
  package var message: String?
  /// In milliseconds since 1970.
  package var committedAt: Int64?
  package var webURL: String?

  package init(
    id: String,
    title: String? = nil,
    message: String? = nil,
    committedAt: Int64? = nil,
    webURL: String? = nil
  ) {
    self.id = id
    self.title = title
    self.message = message
    self.committedAt = committedAt
    self.webURL = webURL
  }
}

extension Commit: Decodable {
  private enum CodingKeys: String, CodingKey {
    case id
    case title
    case message
    case committedAt = "committed_date"
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
    committedAt = values.time(.committedAt)
    webURL = values.text(.webURL)
  }
}
