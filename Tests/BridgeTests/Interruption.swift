import HTTP
import Synchronization

/// Lets something happen before each request whose address holds a text is answered.
final class Interruption: Transport {
  private let next: any Transport
  private let text: String
  private let happen: @Sendable (_ count: Int) -> Void
  private let count = Mutex(0)

  /// Makes the interruption; what happens is told how many such requests went before.
  init(
    before next: any Transport,
    at text: String,
    happen: @escaping @Sendable (_ count: Int) -> Void
  ) {
    self.next = next
    self.text = text
    self.happen = happen
  }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    if request.url.contains(text) {
      let before = count.withLock { count in
        defer { count += 1 }
        return count
      }
      happen(before)
    }
    return try await next.send(request)
  }
}
