import HTTP
import Platform
import Synchronization

/// Answers for a GitLab from fixed bodies, one for each end of a path, and hands WeCom's posts on.
final class ReplayTransport: Transport {
  private let gitlabURL: String
  private let next: any Transport
  private let clock: any TimeSource
  private let bodies = Mutex<[(end: String, status: Int, body: [UInt8])]>([])

  init(gitlabURL: String, clock: any TimeSource, next: any Transport) {
    self.gitlabURL = gitlabURL
    self.clock = clock
    self.next = next
  }

  /// Sets what is answered where a request's address, without its query, ends so.
  ///
  /// The longest matching end counts.
  func answer(_ end: String, _ body: String, status: Int = 200) {
    answer(end, bytes: Array(body.utf8), status: status)
  }

  /// Sets what is answered, byte for byte.
  func answer(_ end: String, bytes body: [UInt8], status: Int = 200) {
    bodies.withLock { bodies in
      bodies.removeAll { $0.end == end }
      bodies.append((end, status, body))
      bodies.sort { $0.end.utf8.count > $1.end.utf8.count }
    }
  }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    guard request.url.hasPrefix(gitlabURL) else { return try await next.send(request) }
    let address = request.url.split(separator: "?").first ?? ""
    let found = bodies.withLock { bodies in bodies.first { address.hasSuffix($0.end) } }
    return HTTPResponse(
      status: found?.status ?? 404,
      headers: [
        HTTPHeader("Content-Type", "application/json"),
        HTTPHeader("Date", Self.date(clock.wallMilliseconds())),
      ],
      body: found?.body ?? Array(#"{"message":"404 Not Found"}"#.utf8)
    )
  }

  /// Writes a time of the day on which manual clocks start as HTTP does.
  private static func date(_ milliseconds: Int64) -> String {
    let seconds = milliseconds / 1000 % 86_400
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map {
      $0 < 10 ? "0\($0)" : String($0)
    }
    return "Tue, 24 Nov 2026 \(parts.joined(separator: ":")) GMT"
  }
}
