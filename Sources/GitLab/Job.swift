/// A job of a pipeline.
package struct Job: Sendable, Equatable {
  /// Reaches `failed` at most once: a retry is a new job with a new id.
  package var id: Int64
  package var stage: String?
  package var name: String?
  package var ref: String?
  /// Whether `ref` is a tag.
  package var isTag: Bool?
  /// In milliseconds since 1970, like all times here.
  package var createdAt: Int64?
  package var startedAt: Int64?
  /// Set back to the end of the allowed time for a job that ran out of it.
  package var finishedAt: Int64?
  /// Only of a failed job.
  package var failureReason: String?
  package var user: User?
  /// The pipeline's commit; nil when it is gone.
  package var commit: Commit?
  package var pipeline: Pipeline?
  package var webURL: String?
}

extension Job: Decodable {
  private enum CodingKeys: String, CodingKey {
    case id
    case stage
    case name
    case ref
    case tag
    case createdAt = "created_at"
    case startedAt = "started_at"
    case finishedAt = "finished_at"
    case failureReason = "failure_reason"
    case user
    case commit
    case pipeline
    case webURL = "web_url"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.requiredIdentifier(.id)
    stage = values.text(.stage)
    name = values.text(.name)
    ref = values.text(.ref)
    isTag = values.bool(.tag)
    createdAt = values.time(.createdAt)
    startedAt = values.time(.startedAt)
    finishedAt = values.time(.finishedAt)
    failureReason = values.text(.failureReason)
    user = values.optional(User.self, .user)
    commit = values.optional(Commit.self, .commit)
    pipeline = values.optional(Pipeline.self, .pipeline)
    webURL = values.text(.webURL)
  }
}
