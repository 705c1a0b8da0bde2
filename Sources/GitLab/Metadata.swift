/// What GitLab says of itself.
package struct Metadata: Sendable, Equatable {
  package var version: GitLabVersion
  /// The server's clock as of the answer, in milliseconds since 1970; its resolution is a second.
  package var serverDate: Int64?
}
