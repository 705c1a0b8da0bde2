package import HTTP
package import Platform
package import Sandbox
import Synchronization

/// Carries requests to a sandbox without sockets.
///
/// Hosts that are neither the sandbox's GitLab nor its WeCom do not resolve, so that a request to a
/// wrong origin is seen. What the sandbox does to an answer on its way becomes the error that
/// `CurlClient` would throw.
package final class SandboxTransport: Transport {
  /// Where the simulated WeCom is found.
  package static let wecomURL = "https://qyapi.weixin.qq.com"

  private let sandbox: Sandbox
  private let clock: (any TimeSource)?
  private let origins: Set<String>
  private let unreachable = Mutex<[String: HTTPError]>([:])

  /// Makes a transport to a sandbox.
  ///
  /// - Parameters:
  ///   - sandbox: Who answers.
  ///   - clock: What a delay or a timeout sleeps on; nil lets them take no time.
  ///   - gitlabURL: GitLab's address as requests have it; nil is its external one.
  ///   - wecomURL: WeCom's address.
  package init(
    _ sandbox: Sandbox,
    clock: (any TimeSource)? = nil,
    gitlabURL: String? = nil,
    wecomURL: String = SandboxTransport.wecomURL
  ) {
    self.sandbox = sandbox
    self.clock = clock
    let gitlab = gitlabURL ?? sandbox.change { $0.settings.externalURL }
    origins = [Self.split(gitlab).origin, Self.split(wecomURL).origin]
  }

  /// Lets every request to a host fail with an error, or with nil work again.
  package func setFailure(_ error: HTTPError?, at url: String) {
    unreachable.withLock { $0[Self.split(url).origin] = error }
  }

  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    if Task.isCancelled { throw .cancelled(wasSent: false) }
    let (origin, target) = Self.split(request.url)
    if let error = unreachable.withLock({ $0[origin] }) { throw error }
    guard origins.contains(origin) else {
      throw .cannotResolve(host: String(origin.drop { $0 != "/" }.dropFirst(2)))
    }
    sandbox.beginExchange()
    defer { sandbox.endExchange() }
    let reply = sandbox.respond(
      to: SandboxRequest(
        method: request.method.rawValue,
        target: target,
        headers: request.headers.map { SandboxRequest.Header($0.name, $0.value) },
        body: request.body
      )
    )
    try await wait(reply.delay, of: request)
    return try await deliver(reply, to: request)
  }

  private func deliver(
    _ reply: SandboxReply,
    to request: HTTPRequest
  ) async throws(HTTPError) -> HTTPResponse {
    var body = reply.body
    switch reply.delivery {
    case .whole:
      break
    case .close:
      throw .connectionLost(reason: "Empty reply from server", wasSent: true)
    case .reset:
      throw .connectionLost(reason: "Connection reset by peer", wasSent: true)
    case .cut(let count):
      if count < body.count {
        throw .connectionLost(reason: "transfer closed with outstanding read data", wasSent: true)
      }
    case .cutWithoutLength(let count):
      body = Array(body.prefix(count))
    case .stall, .trickle:
      try await wait(Int(Self.milliseconds(request.timeout)) + 1, of: request)
      throw .timedOut(wasSent: true)
    case .endless:
      throw .bodyTooLarge(limit: request.byteLimit)
    }
    if body.count > request.byteLimit || reply.header("Content-Encoding") != nil {
      throw .bodyTooLarge(limit: request.byteLimit)
    }
    return HTTPResponse(
      status: reply.status,
      headers: reply.headers.map { HTTPHeader($0.name, $0.value) },
      body: body
    )
  }

  private func wait(_ milliseconds: Int, of request: HTTPRequest) async throws(HTTPError) {
    guard milliseconds > 0, let clock else { return }
    let limit = Self.milliseconds(request.timeout)
    do {
      try await clock.sleep(milliseconds: min(Int64(milliseconds), limit))
    } catch {
      throw .cancelled(wasSent: true)
    }
    if milliseconds > limit { throw .timedOut(wasSent: true) }
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
  }

  private static func split(_ url: String) -> (origin: String, target: String) {
    guard let scheme = url.firstRange(of: "://") else { return (url, "/") }
    let rest = url[scheme.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let target = rest[end...]
    return (
      url[..<end].lowercased(),
      target.isEmpty ? "/" : target.hasPrefix("/") ? String(target) : "/" + target
    )
  }
}
