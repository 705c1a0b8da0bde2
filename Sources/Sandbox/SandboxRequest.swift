/// A request as the sandbox sees it, whatever carried it.
package struct SandboxRequest: Sendable, Equatable {
  /// One header line.
  package struct Header: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package var method: String
  /// Path and query, percent-encoded as it came.
  package var target: String
  package var headers: [Header]
  package var body: [UInt8]

  package init(
    method: String = "GET",
    target: String,
    headers: [Header] = [],
    body: [UInt8] = []
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
  }

  /// Returns the first value of a header, its name compared without regard to case.
  package func header(_ name: String) -> String? {
    headers.first {
      $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased()
    }?.value
  }
}
