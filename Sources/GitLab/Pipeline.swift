/// A pipeline, as listings and jobs show it.
package struct Pipeline: Sendable, Equatable {
  package var id: Int64
  package var projectID: Int64?
  package var sha: String?
  package var ref: String?
  package var status: String?
  /// `push`, `schedule`, `parent_pipeline` and so on.
  package var source: String?
  /// In milliseconds since 1970.
  package var createdAt: Int64?
  /// Moves when the status of the whole pipeline does; in milliseconds since 1970.
  package var updatedAt: Int64?
  package var webURL: String?
}

extension Pipeline: Decodable {
  private enum CodingKeys: String, CodingKey {
    case id
    case projectID = "project_id"
    case sha
    case ref
    case status
    case source
    case createdAt = "created_at"
    case updatedAt = "updated_at"
    case webURL = "web_url"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.requiredIdentifier(.id)
    projectID = values.identifier(.projectID)
    sha = values.commitHash(.sha)
    ref = values.text(.ref)
    status = values.text(.status)
    source = values.text(.source)
    createdAt = values.time(.createdAt)
    updatedAt = values.time(.updatedAt)
    webURL = values.text(.webURL)
  }
}
