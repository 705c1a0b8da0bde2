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
  /// The far side's certificate is not to be trusted.
  case certificateRefused(CertificateProblem)
  /// TLS failed for any other reason.
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
      .proxyRefused, .certificateRefused, .tlsFailed:
      false
    case .timedOut(let wasSent), .connectionLost(_, let wasSent), .cancelled(let wasSent),
      .failed(_, let wasSent):
      wasSent
    case .bodyTooLarge, .malformedAnswer:
      true
    }
  }
}

extension HTTPError: CustomStringConvertible {
  /// One line for people: it names hosts and files, never an address with its path or query.
  package var description: String {
    switch self {
    case .unusable(let reason):
      "the request cannot be sent: \(reason)"
    case .unusableCAFile(let path, let reason):
      "the CA file cannot be used: \"\(path)\": \(reason)"
    case .cannotResolve(let host):
      "no address found for host \"\(host)\""
    case .cannotResolveProxy(let host):
      "no address found for proxy \"\(host)\""
    case .cannotConnect(let reason):
      "cannot connect: \(reason)"
    case .proxyRefused(let reason):
      "the proxy let nothing through: \(reason)"
    case .certificateRefused(let problem):
      "no secure connection: its certificate \(problem)"
    case .tlsFailed(let reason):
      "no secure connection: \(reason)"
    case .timedOut(wasSent: false):
      "timed out before the request was sent"
    case .timedOut(wasSent: true):
      "timed out waiting for the answer"
    case .connectionLost(let reason, _):
      "the connection was lost: \(reason)"
    case .bodyTooLarge(let limit):
      "the answer is larger than \(limit) bytes"
    case .malformedAnswer(let reason):
      "the answer is not usable HTTP: \(reason)"
    case .cancelled(wasSent: false):
      "cancelled before the request was sent"
    case .cancelled(wasSent: true):
      "cancelled while waiting for the answer"
    case .failed(let reason, _):
      "the exchange failed: \(reason)"
    }
  }
}

extension HTTPError {
  /// What to do about it, in the words of the configuration; nil where only time can help.
  package var advice: String? {
    switch self {
    case .certificateRefused(let problem): problem.advice
    case .tlsFailed: "check the address and its port"
    case .unusableCAFile: "see ca_file"
    case .cannotResolve: "check the address, and this machine's name server"
    case .cannotResolveProxy: "check proxy"
    case .proxyRefused: "check proxy, and that it lets this machine through"
    case .unusable, .cannotConnect, .timedOut, .connectionLost, .bodyTooLarge, .malformedAnswer,
      .cancelled, .failed:
      nil
    }
  }
}
