/// Serves one kept-alive connection on a thread of its own.
struct Connection {
  let socket: Socket
  let sandbox: Sandbox
  /// Opened when stalled answers shall end.
  let currentGate: @Sendable () -> Gate
  /// The server's own latency in milliseconds.
  let latency: Int

  func serve() {
    var reader = RequestReader()
    while let request = reader.next(from: socket) {
      sandbox.beginExchange()
      let reply = sandbox.respond(to: request)
      let gate = currentGate()
      let wait = latency + reply.delay
      let isReleased = wait > 0 && gate.wait(milliseconds: wait)
      let goesOn = !isReleased && deliver(reply, to: request, gate: gate)
      sandbox.endExchange()
      if !goesOn || request.header("Connection")?.lowercased() == "close" { break }
    }
    socket.shutDown()
  }

  /// Returns whether the connection can be used again.
  private func deliver(
    _ reply: SandboxReply,
    to request: SandboxRequest,
    gate: Gate
  ) -> Bool {
    let body = request.method == "HEAD" ? [] : reply.body
    switch reply.delivery {
    case .whole:
      return socket.write(head(reply, length: reply.body.count) + body)
    case .close:
      return false
    case .reset:
      socket.armReset()
      return false
    case .cut(let count):
      socket.write(head(reply, length: reply.body.count) + body.prefix(count))
      return false
    case .cutWithoutLength(let count):
      socket.write(head(reply, length: nil) + body.prefix(count))
      return false
    case .stall:
      gate.wait()
      return false
    case .trickle(let rate):
      return trickle(reply, body: body, rate: rate, gate: gate)
    case .endless:
      socket.write(head(reply, length: nil, isChunked: true) + Self.chunk(body))
      let blanks = Self.chunk(Array(repeating: 32, count: 65_536))
      while socket.write(blanks) {}
      return false
    }
  }

  private func trickle(_ reply: SandboxReply, body: [UInt8], rate: Int, gate: Gate) -> Bool {
    guard socket.write(head(reply, length: body.count)) else { return false }
    // At most ten steps a second keep a slow body slow and cost nothing.
    let step = max(1, rate / 10)
    let pause = max(1, 1000 * step / max(1, rate))
    var sent = 0
    while sent < body.count {
      guard !gate.wait(milliseconds: pause),
        socket.write(Array(body[sent..<min(body.count, sent + step)]))
      else { return false }
      sent += step
    }
    return true
  }

  private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
    bytes.isEmpty
      ? [] : Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]
  }

  private func head(_ reply: SandboxReply, length: Int?, isChunked: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512 + (length ?? 0))
    bytes.append(contentsOf: "HTTP/1.1 \(reply.status) \(Self.reason(reply.status))\r\n".utf8)
    for header in reply.headers {
      bytes.append(contentsOf: header.name.utf8)
      bytes.append(58)
      bytes.append(32)
      bytes.append(contentsOf: header.value.utf8)
      bytes.append(13)
      bytes.append(10)
    }
    if isChunked {
      bytes.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
    } else if let length, reply.status != 304, reply.status != 204 {
      bytes.append(contentsOf: "Content-Length: \(length)\r\n".utf8)
    } else if length == nil {
      bytes.append(contentsOf: "Connection: close\r\n".utf8)
    }
    bytes.append(13)
    bytes.append(10)
    return bytes
  }

  private static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: "Status"
    }
  }
}
