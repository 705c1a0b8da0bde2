/// Cuts the bytes of a connection into requests.
struct RequestReader {
  private var bytes: [UInt8] = []

  /// Returns the next request, or nil when the connection has ended or does not speak HTTP.
  mutating func next(from socket: Socket) -> SandboxRequest? {
    var searched = 0
    while true {
      if let end = headEnd(from: max(0, searched - 3)) {
        return finish(headEnd: end, from: socket)
      }
      searched = bytes.count
      guard bytes.count < 1 << 20, socket.read(into: &bytes) else { return nil }
    }
  }

  private func headEnd(from start: Int) -> Int? {
    var position = start
    while position + 3 < bytes.count {
      if bytes[position] == 13, bytes[position + 1] == 10, bytes[position + 2] == 13,
        bytes[position + 3] == 10
      {
        return position
      }
      position += 1
    }
    return nil
  }

  private mutating func finish(headEnd: Int, from socket: Socket) -> SandboxRequest? {
    var lines = bytes[..<headEnd].split(separator: 10)
    guard !lines.isEmpty else { return nil }
    let first = lines.removeFirst().split(separator: 32)
    guard first.count == 3 else { return nil }
    var request = SandboxRequest(
      method: String(decoding: first[0], as: UTF8.self),
      target: String(decoding: first[1], as: UTF8.self)
    )
    // A proxy is asked with the whole address.
    if request.target.hasPrefix("http://") {
      let path = request.target.dropFirst(7).drop { $0 != "/" }
      request.target = path.isEmpty ? "/" : String(path)
    }
    for line in lines {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let value = line[(colon + 1)...].drop { $0 == 32 }.prefix { $0 != 13 }
      request.headers.append(
        SandboxRequest.Header(
          String(decoding: line[..<colon], as: UTF8.self),
          String(decoding: value, as: UTF8.self)
        )
      )
    }
    let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
    if request.header("Expect") != nil {
      socket.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }
    let start = headEnd + 4
    while bytes.count < start + length {
      guard socket.read(into: &bytes) else { return nil }
    }
    request.body = Array(bytes[start..<start + length])
    bytes.removeFirst(start + length)
    return request
  }
}
