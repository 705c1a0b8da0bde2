/// A group of projects.
package struct Group: Sendable, Equatable {
  package var id: Int64
  package var fullPath: String?
  package var name: String?
  package var webURL: String?

  package init(id: Int64, fullPath: String? = nil, name: String? = nil, webURL: String? = nil) {
    self.id = id
    self.fullPath = fullPath
    self.name = name
    self.webURL = webURL
  }
}

extension Group: Decodable {
  private enum CodingKeys: String, CodingKey {
    case id
    case fullPath = "full_path"
    case name
    case webURL = "web_url"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.requiredIdentifier(.id)
    fullPath = values.text(.fullPath)
    name = values.text(.name)
    webURL = values.text(.webURL)
  }
}
