/// A job that has started another pipeline: what GitLab calls a bridge.
package struct BridgeJob: Sendable, Equatable {
  package var id: Int64
  /// The pipeline that it belongs to.
  var pipeline: Pipeline?
  /// The pipeline that it has started, a child or one of another project; nil when there is none.
  var downstream: Pipeline?
}

extension BridgeJob {
  /// The child that this job has started in its own project; nil for another project's pipeline.
  ///
  /// Versions that do not tell a pipeline's project are told by the pipelines' addresses.
  package var child: Pipeline? {
    guard let downstream, let pipeline else { return nil }
    if let project = downstream.projectID, let own = pipeline.projectID {
      return project == own ? downstream : nil
    }
    guard let project = BridgeJob.projectURL(of: downstream),
      project == BridgeJob.projectURL(of: pipeline)
    else { return nil }
    return downstream
  }

  // Older versions have no `/-` before the last part of the address.
  private static func projectURL(of pipeline: Pipeline) -> Substring? {
    guard let url = pipeline.webURL, let end = url.ranges(of: "/pipelines/").last else {
      return nil
    }
    let project = url[..<end.lowerBound]
    return project.hasSuffix("/-") ? project.dropLast(2) : project
  }
}

extension BridgeJob: Decodable {
  private enum CodingKeys: String, CodingKey {
    case id
    case pipeline
    case downstream = "downstream_pipeline"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.requiredIdentifier(.id)
    pipeline = values.optional(Pipeline.self, .pipeline)
    downstream = values.optional(Pipeline.self, .downstream)
  }
}
