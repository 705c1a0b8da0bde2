import HTTP
import Testing

@Suite(.timeLimit(.minutes(15)))
struct FailureTests {
  private static let canary = "693a91f6-canary-c4f1"

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var expected: HTTPError
    var method = HTTPRequest.Method.post
    var scheme = "http"
    var bodySize = 10
    var timeout = Duration.seconds(20)
    var script: @Sendable (Peer) -> Void

    var testDescription: String { name }
  }

  private static let doubt: [Case] = [
    Case(
      name: "read all, then closed",
      expected: .connectionLost(reason: "it was closed without an answer", wasSent: true)
    ) { peer in
      _ = peer.readRequest()
    },
    Case(
      name: "read one piece, then reset",
      expected: .connectionLost(reason: "connection reset by peer", wasSent: true)
    ) { peer in
      _ = peer.read()
      peer.resetOnClose()
    },
    Case(
      name: "read all, then silent",
      expected: .timedOut(wasSent: true),
      timeout: .milliseconds(200)
    ) { peer in
      peer.waitForClose()
    },
    Case(
      name: "never read",
      expected: .timedOut(wasSent: true),
      bodySize: 16 << 20,
      timeout: .milliseconds(300)
    ) { peer in
      // The first bytes only: the rest stays in the sockets' buffers and with the client.
      _ = peer.read()
      peer.waitForHangUp()
    },
    Case(
      name: "reset after ten bytes of the answer",
      expected: .connectionLost(reason: "connection reset by peer", wasSent: true)
    ) { peer in
      _ = peer.readRequest()
      peer.write("HTTP/1.1 2")
      peer.resetOnClose()
    },
    Case(
      name: "cut answer",
      expected: .connectionLost(reason: "the answer was cut short", wasSent: true)
    ) { peer in
      _ = peer.readRequest()
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"errcode\":0")
    },
    Case(
      name: "TLS against a silent peer",
      expected: .timedOut(wasSent: false),
      scheme: "https",
      timeout: .milliseconds(200)
    ) { peer in
      peer.waitForClose()
    },
    Case(
      name: "TLS against a peer that closes",
      expected: .tlsFailed(reason: "the other side broke the handshake off"),
      scheme: "https"
    ) { peer in
      _ = peer.read()
    },
    Case(
      name: "TLS against a peer that speaks plain HTTP",
      expected: .tlsFailed(reason: "the other side does not speak TLS"),
      scheme: "https"
    ) { peer in
      _ = peer.read()
      peer.write("HTTP/1.1 400 Bad Request\r\n\r\n")
      peer.waitForClose()
    },
  ]

  @Test(arguments: doubt)
  func `rows 85 and 86: it is known whether a request left before it failed`(
    case test: Case
  ) async throws {
    let server = try ScriptedServer(test.script)
    defer { server.stop() }
    let client = CurlClient(concurrency: 1, userAgent: "test")
    let request = HTTPRequest(
      method: test.method,
      url: "\(test.scheme)://127.0.0.1:\(server.port)/send?key=\(Self.canary)",
      body: [UInt8](repeating: UInt8(ascii: "x"), count: test.bodySize),
      timeout: test.timeout
    )
    let result = await outcome(of: request, through: client)
    #expect(result == .failure(test.expected))
    #expect(!"\(result)".contains(Self.canary))
    #expect(server.accepted == 1)
  }

  @Test func `row 49: a refused connection is told, and nothing was sent`() async throws {
    let port = try ClosedPort()
    let client = CurlClient(concurrency: 1, userAgent: "test")
    let request = HTTPRequest(url: "http://127.0.0.1:\(port.number)/?key=\(Self.canary)")
    let result = await outcome(of: request, through: client)
    #expect(result == .failure(.cannotConnect(reason: "connection refused")))
  }

  @Test func `the cause of one failure is not told for the next`() async throws {
    let client = CurlClient(concurrency: 1, userAgent: "test")
    let port = try ClosedPort()
    let refused = HTTPRequest(url: "http://127.0.0.1:\(port.number)/")
    #expect(
      await outcome(of: refused, through: client)
        == .failure(.cannotConnect(reason: "connection refused"))
    )
    let server = try ScriptedServer { peer in
      _ = peer.read()
      peer.resetOnClose()
    }
    defer { server.stop() }
    #expect(
      await outcome(of: HTTPRequest(url: server.url()), through: client)
        == .failure(.connectionLost(reason: "connection reset by peer", wasSent: true))
    )
  }

  @Test func `row 50: a name without an address is told`() async throws {
    let client = CurlClient(concurrency: 1, userAgent: "test")
    let request = HTTPRequest(url: "http://gitlab.invalid:8080/?key=\(Self.canary)")
    let result = await outcome(of: request, through: client)
    #expect(result == .failure(.cannotResolve(host: "gitlab.invalid")))
  }

  @Test(arguments: [
    ("ftp://127.0.0.1/", "the address is neither http nor https"),
    ("file:///etc/passwd", "the address is neither http nor https"),
    ("http://", "the address is not a valid URL"),
    ("http://127.0.0.1:99999/", "the address is not a valid URL"),
    ("http://user:password@127.0.0.1/", "the address holds a user name or password"),
    ("http://127.0.0.1/a b", "the address holds a character that has to be percent-encoded"),
    ("http://127.0.0.1/\r\nX: 1", "the address holds a character that has to be percent-encoded"),
    ("http://127.0.0.1/\u{0}", "the address holds a character that has to be percent-encoded"),
    ("http://127.0.0.1/中", "the address holds a character that has to be percent-encoded"),
  ])
  func `an address that cannot be used is refused`(url: String, reason: String) async {
    let client = CurlClient(concurrency: 1, userAgent: "test")
    let result = await outcome(of: HTTPRequest(url: url), through: client)
    #expect(result == .failure(.unusable(reason)))
    #expect(!"\(result)".contains("password@"))
  }

  @Test(arguments: [
    (
      HTTPHeader("Authorization", "Bearer canary\r\nX-Forged: 1"),
      "the header \"Authorization\" holds a character that is not allowed there"
    ),
    (
      HTTPHeader("Authorization", "canary\u{0}"),
      "the header \"Authorization\" holds a character that is not allowed there"
    ),
    (
      HTTPHeader("X: canary\r\nY", "1"), "the header holds a character that is not allowed there"
    ),
    (HTTPHeader("", "canary"), "the header \"\" holds a character that is not allowed there"),
  ])
  func `a header that would smuggle something in is refused`(
    header: HTTPHeader,
    reason: String
  ) async throws {
    let client = CurlClient(concurrency: 1, userAgent: "test")
    let server = try ScriptedServer { peer in
      while peer.readRequest() != nil {
        peer.answer()
      }
    }
    defer { server.stop() }
    let result = await outcome(
      of: HTTPRequest(url: server.url(), headers: [header]),
      through: client
    )
    #expect(result == .failure(.unusable(reason)))
    #expect(server.accepted == 0)
    // A refused request leaves nothing behind for the next.
    #expect(try await client.send(HTTPRequest(url: server.url())).status == 200)
  }

  @Test(arguments: [
    (
      HTTPError.unusable("the address is not a valid URL"), false,
      "the request cannot be sent: the address is not a valid URL"
    ),
    (
      .unusableCAFile(path: "/a/ca.pem", reason: "no such file or directory"), false,
      "the CA file cannot be used: \"/a/ca.pem\": no such file or directory"
    ),
    (
      .cannotResolve(host: "gitlab.invalid"), false,
      "no address found for host \"gitlab.invalid\""
    ),
    (
      .cannotResolveProxy(host: "proxy.invalid"), false,
      "no address found for proxy \"proxy.invalid\""
    ),
    (.cannotConnect(reason: "connection refused"), false, "cannot connect: connection refused"),
    (
      .proxyRefused(reason: "it answered CONNECT with status 403"), false,
      "the proxy let nothing through: it answered CONNECT with status 403"
    ),
    (
      .certificateRefused(.unknownAuthority), false,
      "no secure connection: its certificate is of an authority that is not trusted here"
    ),
    (
      .certificateRefused(.selfSigned), false,
      "no secure connection: its certificate is self-signed and not trusted here"
    ),
    (.certificateRefused(.expired), false, "no secure connection: its certificate has expired"),
    (
      .certificateRefused(.notYetValid), false,
      "no secure connection: its certificate is not valid yet"
    ),
    (
      .certificateRefused(.otherHost("gitlab.example.com")), false,
      "no secure connection: its certificate is for another host than \"gitlab.example.com\""
    ),
    (
      .tlsFailed(reason: "the other side does not speak TLS"), false,
      "no secure connection: the other side does not speak TLS"
    ),
    (.timedOut(wasSent: false), false, "timed out before the request was sent"),
    (.timedOut(wasSent: true), true, "timed out waiting for the answer"),
    (
      .connectionLost(reason: "the answer was cut short", wasSent: true), true,
      "the connection was lost: the answer was cut short"
    ),
    (.bodyTooLarge(limit: 65536), true, "the answer is larger than 65536 bytes"),
    (
      .malformedAnswer(reason: "a header line is too long"), true,
      "the answer is not usable HTTP: a header line is too long"
    ),
    (.cancelled(wasSent: false), false, "cancelled before the request was sent"),
    (.cancelled(wasSent: true), true, "cancelled while waiting for the answer"),
    (
      .failed(reason: "out of memory", wasSent: false), false,
      "the exchange failed: out of memory"
    ),
  ])
  func `each error says what happened and whether the request left`(
    error: HTTPError,
    wasSent: Bool,
    text: String
  ) {
    #expect(error.description == text)
    #expect(error.wasSent == wasSent)
  }

  @Test(
    arguments: [
      (
        HTTPError.certificateRefused(.unknownAuthority),
        "put the authority's certificate into the file that ca_file names"
      ),
      (
        .certificateRefused(.selfSigned),
        "put that certificate into the file that ca_file names"
      ),
      (.certificateRefused(.expired), "renew it there, or set this machine's clock"),
      (.certificateRefused(.notYetValid), "set this machine's clock, or renew it there"),
      (.certificateRefused(.otherHost("x")), "use a name that it is for, or renew it there"),
      (.tlsFailed(reason: "x"), "check the address and its port"),
      (.unusableCAFile(path: "x", reason: "x"), "see ca_file"),
      (.cannotResolve(host: "x"), "check the address, and this machine's name server"),
      (.cannotResolveProxy(host: "x"), "check proxy"),
      (.proxyRefused(reason: "x"), "check proxy, and that it lets this machine through"),
      (.cannotConnect(reason: "x"), nil),
      (.timedOut(wasSent: false), nil),
    ] as [(HTTPError, String?)]
  )
  func `an error that time does not heal says what does`(error: HTTPError, advice: String?) {
    #expect(error.advice == advice)
  }
}
