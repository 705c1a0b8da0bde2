/// How GitLab is reached: `[gitlab]`.
package struct GitLabSettings: Sendable, Equatable {
  /// Scheme and host in lower case, a relative root kept, no slash at the end.
  package var url: String
  package var token: Secret
  /// A readable PEM file of further certificate authorities.
  package var caFile: String?
  package var proxy: String?
  /// For one request, from start to complete answer.
  package var timeout: Duration
  /// The most requests at a time, 1 to 256.
  package var concurrency: Int
  /// The most requests a second, or nil for no limit of our own.
  package var requestsPerSecond: Double?

  /// Changes when the token does.
  package var tokenDigest: String { SHA256.shortDigest(of: token) }

  package init(
    url: String,
    token: Secret,
    caFile: String? = nil,
    proxy: String? = nil,
    timeout: Duration = .seconds(30),
    concurrency: Int = 8,
    requestsPerSecond: Double? = nil
  ) {
    self.url = url
    self.token = token
    self.caFile = caFile
    self.proxy = proxy
    self.timeout = timeout
    self.concurrency = concurrency
    self.requestsPerSecond = requestsPerSecond
  }
}
