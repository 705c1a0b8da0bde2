/// What GitLab says of itself.
package struct Metadata: Sendable, Equatable {
  package var version: GitLabVersion
  package var isEnterprise: Bool?
  /// The server's clock as of the answer, in milliseconds since 1970; its resolution is a second.
  package var serverDate: Int64?

  package init(version: GitLabVersion, isEnterprise: Bool? = nil, serverDate: Int64? = nil) {
    self.version = version
    self.isEnterprise = isEnterprise
    self.serverDate = serverDate
  }
}
