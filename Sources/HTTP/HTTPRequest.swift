/// A request as it goes out: everything is explicit, nothing comes from the environment.
package struct HTTPRequest: Sendable, Equatable {
  /// What the bridge does: GitLab is only read, WeCom only posted to.
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    /// Only connects and shakes hands, whatever the certificate; nothing is sent.
    ///
    /// The answer has no status, and in place of headers what the far side's certificates say, its
    /// own first: `Subject`, `Issuer`, `Expire date`, `X509v3 Subject Alternative Name`.
    case handshake = ""
  }

  /// How the request reaches its host.
  package struct Connection: Sendable, Hashable {
    /// The proxy's URL, or nil for a direct connection whatever the environment says.
    package var proxy: String?
    /// A PEM file of additional trusted certificate authorities, or nil for the system's own.
    package var caFile: String?
    /// Whether the request opens a connection of its own and closes it after the answer.
    ///
    /// libcurl silently repeats a request when a kept-alive connection dies under it; a fresh
    /// connection rules that out. A POST always goes over a fresh one, whatever this says.
    package var isFresh: Bool

    package init(proxy: String? = nil, caFile: String? = nil, isFresh: Bool = false) {
      self.proxy = proxy
      self.caFile = caFile
      self.isFresh = isFresh
    }
  }

  package var method: Method
  /// The absolute URL, percent-encoded, `http` or `https`, without user name or password.
  package var url: String
  package var headers: [HTTPHeader]
  /// The body of a POST; empty for a GET.
  package var body: [UInt8]
  package var connection: Connection
  /// From `send` to complete answer; time spent waiting for a free handle counts.
  package var timeout: Duration
  /// Name resolution, TCP and TLS together; counts from when the request gets its handle.
  package var connectTimeout: Duration
  /// The most bytes of decoded body that are accepted.
  package var byteLimit: Int

  package init(
    method: Method = .get,
    url: String,
    headers: [HTTPHeader] = [],
    body: [UInt8] = [],
    connection: Connection = Connection(),
    timeout: Duration = .seconds(30),
    connectTimeout: Duration = .seconds(5),
    byteLimit: Int = 8 << 20
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.connection = connection
    self.timeout = timeout
    self.connectTimeout = connectTimeout
    self.byteLimit = byteLimit
  }
}
