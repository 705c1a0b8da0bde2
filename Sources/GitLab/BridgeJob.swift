/// A job that has started another pipeline: what GitLab calls a bridge.
package struct BridgeJob: Sendable, Equatable {
  package var id: Int64
  package var status: String?
  package var name: String?
  /// The pipeline that it has started, a child or one of another project; nil when there is none.
  package var downstream: Pipeline?

  package init(
    id: Int64,
    status: String? = nil,
    name: String? = nil,
    downstream: Pipeline? = nil
  ) {
    self.id = id
    self.status = status
    self.name = name
    self.downstream = downstream
  }
}

extension BridgeJob: Decodable {
  private enum CodingKeys: String, CodingKey {
    case id
    case status
    case name
    case downstream = "downstream_pipeline"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.requiredIdentifier(.id)
    status = values.text(.status)
    name = values.text(.name)
    downstream = values.optional(Pipeline.self, .downstream)
  }
}
