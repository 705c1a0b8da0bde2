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
