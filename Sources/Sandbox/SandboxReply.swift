/// An answer and how it travels.
package struct SandboxReply: Sendable, Equatable {
  /// What happens to the bytes of an answer on their way.
  package enum Delivery: Sendable, Equatable {
    /// The whole answer arrives.
    case whole
    /// The connection is closed before a byte of the answer.
    case close
    /// The connection is reset (RST) before a byte of the answer.
    case reset
    /// The head and that many bytes of the body arrive, then the connection is closed.
    case cut(afterBodyBytes: Int)
    /// As `cut`, but without a `Content-Length`, so that the end looks like a proper one.
    case cutWithoutLength(afterBodyBytes: Int)
    /// The request is read and never answered, until the sandbox is released or stopped.
    case stall
    /// The head arrives and the body trickles in, that many bytes a second.
    case trickle(bytesPerSecond: Int)
    /// The body is followed by blanks without end, in chunks.
    case endless
  }

  package var status: Int
  package var headers: [SandboxRequest.Header]
  package var body: [UInt8]
  package var delivery: Delivery
  /// How long the answer takes beyond the server's own latency, in milliseconds.
  package var delay: Int

  package init(
    status: Int = 200,
    headers: [SandboxRequest.Header] = [],
    body: [UInt8] = [],
    delivery: Delivery = .whole,
    delay: Int = 0
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.delivery = delivery
    self.delay = delay
  }

  /// Returns the first value of a header, its name compared without regard to case.
  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  static func json(
    _ status: Int = 200,
    _ body: [UInt8],
    headers: [SandboxRequest.Header] = []
  ) -> SandboxReply {
    SandboxReply(
      status: status,
      headers: [SandboxRequest.Header("Content-Type", "application/json")] + headers,
      body: body
    )
  }

  static func json(_ status: Int, _ text: String) -> SandboxReply {
    json(status, Array(text.utf8))
  }

  static func message(_ status: Int, _ text: String) -> SandboxReply {
    var json = JSONWriter()
    json.object { $0.member("message", text) }
    return .json(status, json.bytes)
  }

  static func error(_ status: Int, _ text: String) -> SandboxReply {
    var json = JSONWriter()
    json.object { $0.member("error", text) }
    return .json(status, json.bytes)
  }

  /// A page as a reverse proxy or a deploy page sends it.
  package static func html(_ status: Int, title: String) -> SandboxReply {
    SandboxReply(
      status: status,
      headers: [SandboxRequest.Header("Content-Type", "text/html; charset=utf-8")],
      body: Array(
        """
        <!DOCTYPE html>
        <html><head><title>\(title)</title></head>
        <body><h1>\(title)</h1></body></html>

        """.utf8
      )
    )
  }
}
