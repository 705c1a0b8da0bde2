/// One way to exchange an HTTP request for its answer.
///
/// `CurlClient` is the real one; tests script their own. An answer with an error status is an
/// answer, not an error: only what kept the exchange from completing is thrown.
package protocol Transport: Sendable {
  /// Sends one request and returns its whole answer.
  ///
  /// Suspends until the answer is complete, the request's `timeout` has passed or the surrounding
  /// task is cancelled. Follows no redirects and repeats nothing by itself.
  ///
  /// - Throws: `HTTPError`, whose `wasSent` tells whether the far side may have acted.
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

/// A request as it goes out: everything is explicit, nothing comes from the environment.
package struct HTTPRequest: Sendable, Equatable {
  /// The methods that the bridge uses: GitLab is only read, WeCom only posted to.
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  /// How the request reaches its host.
  package struct Connection: Sendable, Hashable {
    /// The proxy's URL, or nil for a direct connection whatever the environment says.
    package var proxy: String?
    /// A PEM file of additional trusted certificate authorities, or nil for the system's own.
    package var caFile: String?
    /// Whether the request opens a connection of its own and closes it after the answer.
    ///
    /// libcurl silently repeats a POST when a kept-alive connection dies under it; a fresh
    /// connection rules that out.
    package var isFresh: Bool

    package init(proxy: String? = nil, caFile: String? = nil, isFresh: Bool = false) {
      self.proxy = proxy
      self.caFile = caFile
      self.isFresh = isFresh
    }
  }

  package var method: Method
  /// The absolute URL, percent-encoded, `http` or `https`.
  package var url: String
  package var headers: [HTTPHeader]
  /// The body of a POST; empty for a GET.
  package var body: [UInt8]
  package var connection: Connection
  /// From start to complete answer.
  package var timeout: Duration
  /// Name resolution, TCP and TLS together.
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

/// One header line.
///
/// Values with a control character are refused by the transport.
package struct HTTPHeader: Sendable, Hashable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A complete answer, whatever its status.
package struct HTTPResponse: Sendable, Equatable {
  package var status: Int
  /// The headers of the final answer, in the order received (those of a `CONNECT` are not here).
  package var headers: [HTTPHeader]
  /// The body after content decoding.
  package var body: [UInt8]

  package init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Returns the first value of a header, its name compared without regard to case.
  package func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }
}

/// What kept an exchange from completing.
package enum HTTPError: Error, Equatable, Sendable {
  /// The request itself cannot be used: a bad URL, a control character in a header.
  case unusable(String)
  /// The CA file cannot be read or holds no certificate.
  case unusableCAFile(path: String, reason: String)
  /// The host's name has no address.
  case cannotResolve(host: String)
  /// The proxy's name has no address.
  case cannotResolveProxy(host: String)
  /// No connection: refused, unreachable, reset before anything was sent.
  case cannotConnect(reason: String)
  /// The proxy refused or broke the connection.
  case proxyRefused(reason: String)
  /// TLS failed: an unknown authority, another host's certificate, an expired one.
  case tlsFailed(reason: String)
  /// Time ran out; `wasSent` is false when it ran out before the request left.
  case timedOut(wasSent: Bool)
  /// The connection ended before a complete answer.
  case connectionLost(reason: String, wasSent: Bool)
  /// The body is larger than the request's `byteLimit`.
  case bodyTooLarge(limit: Int)
  /// The answer breaks HTTP or its content encoding.
  case malformedAnswer(reason: String)
  /// The surrounding task was cancelled; `wasSent` as in `timedOut`.
  case cancelled(wasSent: Bool)
  /// libcurl or the machine refused: no memory, no descriptors, an unknown code.
  case failed(reason: String, wasSent: Bool)

  /// Whether the far side may have acted on the request.
  package var wasSent: Bool {
    switch self {
    case .unusable, .unusableCAFile, .cannotResolve, .cannotResolveProxy, .cannotConnect,
      .proxyRefused, .tlsFailed:
      false
    case .timedOut(let wasSent), .connectionLost(_, let wasSent), .cancelled(let wasSent),
      .failed(_, let wasSent):
      wasSent
    case .bodyTooLarge, .malformedAnswer:
      true
    }
  }
}
