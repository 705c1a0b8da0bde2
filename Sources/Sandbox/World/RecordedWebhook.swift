/// One webhook that GitLab would have sent: the truth that a bridge is compared with.
package struct RecordedWebhook: Sendable, Equatable {
  /// Which of the two hooks it is.
  package enum Kind: String, Sendable {
    case push
    case build
  }

  /// Push or build.
  package let kind: Kind
  /// Counts all webhooks of the world from 1, in the order they were sent.
  package var sequence: Int
  /// When it was sent, in milliseconds since 1970.
  package var time: Int64
  /// The id of the push event or of the job; nil for a push that has no event row of its own.
  package var rowID: Int?
  /// The project, whose id outlives renames.
  package let projectID: Int
  /// The project's bare name when it was sent.
  package var projectName: String
  /// The project's address when it was sent.
  package var projectURL: String
  /// The pusher or the job's user.
  package let username: String
  /// The message of `commits[0]`, or of the pipeline's commit; nil when there is no commit.
  package let message: String?
  /// The title of the commit a push ends at; nil for a deleted branch.
  package let headTitle: String?
  /// The branch, or the job's ref.
  package let branch: String
  /// `created`, `pushed` or `removed` for a push; the job's status for a build.
  package let action: String
  /// When the job ended.
  package let finishedAt: Int64?
  /// Whether a retried worker sent it a second time.
  package var isDuplicate = false
  /// The JSON body, empty where the settings leave it out.
  package let payload: [UInt8]
}
