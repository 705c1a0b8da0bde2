import HTTP

/// What the `RateLimit-*` headers say of the limit that a request counted against.
///
/// Newer versions send them with every answer, older ones with a 429 only, and none where the
/// administrator has set no limit.
package struct RateLimit: Sendable, Equatable {
  /// What GitLab calls the limit, as in `throttle_authenticated_api`.
  package var name: String?
  /// Requests a minute.
  package var limit: Int64?
  package var remaining: Int64?
  /// When the window ends, in seconds since 1970 by the server's clock.
  package var reset: Int64?
}

extension RateLimit {
  /// Reads the headers, or returns nil when none can be read.
  init?(_ response: HTTPResponse) {
    func number(_ name: String) -> Int64? {
      response.header(name).flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
    self.init(
      limit: number("RateLimit-Limit"),
      remaining: number("RateLimit-Remaining"),
      reset: number("RateLimit-Reset")
    )
    if self == RateLimit() { return nil }
    name = response.header("RateLimit-Name")
  }

  /// Whether the limit is on all that a user or an address asks, and not on one resource.
  package var isOnEverything: Bool {
    name?.hasPrefix("throttle_") == true
  }
}
