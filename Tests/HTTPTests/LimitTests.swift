import HTTP
import Testing

@Suite(.timeLimit(.minutes(15)))
struct LimitTests {
  private let client = CurlClient(concurrency: 2, userAgent: "test")
  private let impatient = CurlClient(concurrency: 2, userAgent: "test", patience: 1)

  /// Sends one request to a server with this script and returns what came of it.
  private func result(
    byteLimit: Int = 1 << 20,
    timeout: Duration = .seconds(20),
    through client: CurlClient? = nil,
    script: @escaping @Sendable (Peer) -> Void
  ) async throws -> Result<HTTPResponse, HTTPError> {
    let server = try ScriptedServer { peer in
      _ = peer.readRequest()
      script(peer)
    }
    defer { server.stop() }
    let request = HTTPRequest(url: server.url(), timeout: timeout, byteLimit: byteLimit)
    return await outcome(of: request, through: client ?? self.client)
  }

  @Test func `row 52: a server that says nothing is given up after the timeout`() async throws {
    let result = try await result(timeout: .milliseconds(200)) { $0.waitForClose() }
    #expect(result == .failure(.timedOut(wasSent: true)))
  }

  @Test func `row 52: silence before the answer may last longer than the patience`() async throws {
    // One second of patience, yet the timeout of two is what ends the wait.
    let start = ContinuousClock.now
    let result = try await result(timeout: .seconds(2), through: impatient) { $0.waitForClose() }
    #expect(result == .failure(.timedOut(wasSent: true)))
    #expect(ContinuousClock.now - start > .milliseconds(1900))
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nslow",
    "HTTP/1.1 200 OK\r\nX-Slow: ",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1",
  ])
  func `row 53: an answer that trickles in is given up long before the timeout`(
    start: String
  ) async throws {
    let result = try await result(timeout: .seconds(50), through: impatient) { peer in
      peer.write(start)
      peer.waitForClose()
    }
    #expect(result == .failure(.timedOut(wasSent: true)))
  }

  @Test func `row 54: a body without end is stopped at the limit`() async throws {
    let result = try await result { peer in
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      let piece = "10000\r\n" + String(repeating: "x", count: 0x10000) + "\r\n"
      while peer.write(piece) {}
    }
    #expect(result == .failure(.bodyTooLarge(limit: 1 << 20)))
  }

  @Test func `row 54: a body that only announces its size is stopped as well`() async throws {
    let result = try await result { peer in
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n")
      let piece = String(repeating: "x", count: 0x10000)
      while peer.write(piece) {}
    }
    #expect(result == .failure(.bodyTooLarge(limit: 1 << 20)))
  }

  @Test func `row 55: a compressed bomb is counted as it unpacks`() async throws {
    let bomb = Gzip.zeros(atLeast: 16 << 20)
    #expect(bomb.count < 1 << 20)
    let result = try await result { peer in
      let head =
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n"
      peer.write(Array(head.utf8) + bomb)
      peer.waitForClose()
    }
    #expect(result == .failure(.bodyTooLarge(limit: 1 << 20)))
  }

  @Test(arguments: [(10, true), (11, false)])
  func `a body may be as long as the limit and not a byte longer`(
    size: Int,
    isAccepted: Bool
  ) async throws {
    let body = String(repeating: "x", count: size)
    let result = try await result(byteLimit: 10) { $0.answer(body) }
    if isAccepted {
      #expect(try result.get().body.count == size)
    } else {
      #expect(result == .failure(.bodyTooLarge(limit: 10)))
    }
  }

  @Test func `a limit of nothing accepts an empty body only`() async throws {
    let empty = try await result(byteLimit: 0) { $0.answer("") }
    #expect(try empty.get().body.isEmpty)
    let full = try await result(byteLimit: 0) { $0.answer("x") }
    #expect(full == .failure(.bodyTooLarge(limit: 0)))
  }

  @Test func `row 56: a flood of headers is stopped`() async throws {
    let result = try await result { peer in
      peer.write("HTTP/1.1 200 OK\r\n")
      let line = "X-Flood: " + String(repeating: "x", count: 1000) + "\r\n"
      while peer.write(line) {}
    }
    #expect(result == .failure(.malformedAnswer(reason: "more than 64 KiB of headers")))
  }

  @Test func `row 56: a flood of interim answers is stopped`() async throws {
    let result = try await result { peer in
      while peer.write("HTTP/1.1 100 Continue\r\nX-Flood: 1\r\n\r\n") {}
    }
    #expect(result == .failure(.malformedAnswer(reason: "more than 64 KiB of headers")))
  }

  @Test func `row 56: a flood of trailers is stopped`() async throws {
    let result = try await result { peer in
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
      while peer.write("X-Flood: 1\r\n") {}
    }
    #expect(result == .failure(.malformedAnswer(reason: "more than 64 KiB of headers")))
  }

  @Test func `row 56: a header line without end is stopped`() async throws {
    let result = try await result { peer in
      peer.write("HTTP/1.1 200 OK\r\nX-Flood: ")
      let piece = String(repeating: "x", count: 10_000)
      while peer.write(piece) {}
    }
    #expect(result == .failure(.malformedAnswer(reason: "a header line is too long")))
  }

  @Test(arguments: 0..<("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345".utf8.count))
  func `row 57: an answer of known length that is cut anywhere is an error`(
    length: Int
  ) async throws {
    let whole = Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345".utf8)
    let result = try await result { $0.write(Array(whole[..<length])) }
    let reason =
      switch length {
      case ...16: "it was closed without an answer"
      default: "the answer was cut short"
      }
    #expect(result == .failure(.connectionLost(reason: reason, wasSent: true)))
  }

  @Test func `row 57: an answer without length that is cut cannot be told from a whole one`()
    async throws
  {
    let result = try await result { $0.write("HTTP/1.1 200 OK\r\n\r\n[{\"id\":1},{\"i") }
    #expect(try result.get().body == Array("[{\"id\":1},{\"i".utf8))
  }

  @Test func `row 57: a chunked body that is cut is an error`() async throws {
    let result = try await result { peer in
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n")
    }
    #expect(
      result == .failure(.connectionLost(reason: "the answer was cut short", wasSent: true))
    )
  }

  @Test(arguments: [
    ("hello, this is no HTTP\r\n\r\n", "it does not begin with an HTTP status line"),
    (
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
      "its content encoding is broken"
    ),
    (
      "HTTP/1.1 200 OK\r\nContent-Encoding: rot13\r\nContent-Length: 5\r\n\r\nplain",
      "its content encoding is broken"
    ),
  ])
  func `an answer that breaks the rules is told as such`(
    answer: String,
    reason: String
  ) async throws {
    let result = try await result { $0.write(answer) }
    #expect(result == .failure(.malformedAnswer(reason: reason)))
  }
}
