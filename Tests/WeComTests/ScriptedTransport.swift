import HTTP
import Synchronization

/// Gives one answer to every request and keeps the requests.
final class ScriptedTransport: Transport {
  private let answer: Result<HTTPResponse, HTTPError>
  private let log = Mutex<[HTTPRequest]>([])

  init(_ answer: Result<HTTPResponse, HTTPError>) {
    self.answer = answer
  }

  convenience init(status: Int = 200, _ body: String) {
    self.init(.success(HTTPResponse(status: status, body: Array(body.utf8))))
  }

  var requests: [HTTPRequest] { log.withLock { $0 } }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    log.withLock { $0.append(request) }
    return try answer.get()
  }
}
