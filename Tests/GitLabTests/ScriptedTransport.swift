import HTTP
import Synchronization
import Testing

@testable import GitLab

/// Answers requests from a script, in order, and keeps them.
final class ScriptedTransport: Transport {
  private let script: Mutex<[Result<HTTPResponse, HTTPError>]>
  private let seen = Mutex<[HTTPRequest]>([])

  init(_ script: [Result<HTTPResponse, HTTPError>]) {
    self.script = Mutex(script)
  }

  var requests: [HTTPRequest] { seen.withLock { $0 } }
  var urls: [String] { requests.map(\.url) }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    seen.withLock { $0.append(request) }
    let next = script.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    guard let next else {
      Issue.record("no answer is scripted for \(request.url)")
      throw .failed(reason: "no answer is scripted", wasSent: false)
    }
    return try next.get()
  }
}

/// What a test asks, and what it is answered.
struct Scene {
  static let secret = "glpat-canary0123456789"

  let transport: ScriptedTransport
  let client: GitLabClient

  init(_ script: [Result<HTTPResponse, HTTPError>], base: String = "https://git.example") {
    transport = ScriptedTransport(script)
    client = GitLabClient(baseURL: base, token: AccessToken(Scene.secret), transport: transport)
  }

  init(
    _ body: String,
    status: Int = 200,
    headers: [(String, String)] = [],
    base: String = "https://git.example"
  ) {
    self.init([.reply(body, status: status, headers: headers)], base: base)
  }
}

extension Result where Success == HTTPResponse, Failure == HTTPError {
  static func reply(
    _ body: String,
    status: Int = 200,
    headers: [(String, String)] = []
  ) -> Self {
    .success(
      HTTPResponse(
        status: status,
        headers: headers.map { HTTPHeader($0.0, $0.1) },
        body: Array(body.utf8)
      )
    )
  }
}

/// Returns what a call throws, or nil when it does not.
func failure<Value>(
  _ call: () async throws(GitLabError) -> Value
) async -> GitLabError? {
  do {
    _ = try await call()
    return nil
  } catch {
    return error
  }
}
