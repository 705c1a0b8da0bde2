/// A complete answer, whatever its status.
package struct HTTPResponse: Sendable, Equatable {
  package var status: Int
  /// The headers of the final answer, in the order received.
  ///
  /// Those of a `CONNECT`, of interim answers and after a chunked body are not here.
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
    headers.first { $0.isNamed(name) }?.value
  }
}
