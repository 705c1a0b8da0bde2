import HTTP
import Sandbox
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct SandboxServerTests {
  private func with(
    _ it: Fixture,
    latency: Int = 0,
    _ body: (SandboxServer, CurlClient) async throws -> Void
  ) async throws {
    let server = try SandboxServer(it.sandbox, latency: latency)
    let client = CurlClient(userAgent: "test")
    try await body(server, client)
    client.shutDown()
    server.stop()
  }

  private func request(
    _ server: SandboxServer,
    _ path: String = "/api/v4/projects/1/events",
    timeout: Duration = .seconds(20)
  ) -> HTTPRequest {
    HTTPRequest(
      url: server.url + path,
      headers: [HTTPHeader("Authorization", "Bearer \(Sandbox.token)")],
      timeout: timeout,
      byteLimit: 1 << 20
    )
  }

  @Test func `answers over a socket are those of respond`() async throws {
    let it = Fixture()
    try await with(it) { server, client in
      let answer = try await client.send(request(server))
      let direct = it.reply("projects/1/events")
      #expect(answer.status == 200)
      #expect(answer.body == direct.body)
      #expect(answer.header("Link") == direct.header("Link"))
      for _ in 1...20 { _ = try await client.send(request(server)) }
      #expect(server.acceptedConnections == 1)
    }
  }

  @Test func `requests are served side by side`() async throws {
    let it = Fixture()
    try await with(it, latency: 20) { server, client in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 1...16 {
          group.addTask { _ = try await client.send(request(server)) }
        }
        try await group.waitForAll()
      }
      #expect(it.sandbox.log.peakConcurrency > 4)
      #expect(it.sandbox.log.counts == [.events: 16])
    }
  }

  @Test func `a posted body arrives whole`() async throws {
    let it = Fixture()
    let text = String(repeating: "文", count: 1300)
    try await with(it) { server, client in
      var post = request(server, "/cgi-bin/webhook/send?key=\(Sandbox.key)")
      post.method = .post
      post.headers = [HTTPHeader("Content-Type", "application/json")]
      post.body = Array(#"{"msgtype":"markdown","markdown":{"content":"\#(text)"}}"#.utf8)
      _ = try await client.send(post)
    }
    #expect(it.sandbox.messages() == [text])
    #expect(it.sandbox.log.leaks == 0)
  }

  static let accidents: [(SandboxReply.Delivery, @Sendable (HTTPError) -> Bool)] = [
    (.close, { if case .connectionLost(_, wasSent: true) = $0 { true } else { false } }),
    (.reset, { if case .connectionLost(_, wasSent: true) = $0 { true } else { false } }),
    (
      .cut(afterBodyBytes: 10),
      { if case .connectionLost(_, wasSent: true) = $0 { true } else { false } }
    ),
    (.stall, { $0 == .timedOut(wasSent: true) }),
    (.trickle(bytesPerSecond: 20), { $0 == .timedOut(wasSent: true) }),
    (.endless, { $0 == .bodyTooLarge(limit: 1 << 20) }),
  ]

  @Test(arguments: accidents.indices)
  func `accidents on the way are those of a socket`(index: Int) async throws {
    let (delivery, isExpected) = Self.accidents[index]
    let it = Fixture()
    it.sandbox.add(Fault(.afterwards(delivery), times: 1))
    try await with(it) { server, client in
      let error = await #expect(throws: HTTPError.self) {
        _ = try await client.send(request(server, timeout: .milliseconds(400)))
      }
      let thrown = try #require(error)
      #expect(isExpected(thrown), "\(delivery): \(thrown)")
      let next = try await client.send(request(server))
      #expect(next.status == 200)
    }
  }

  @Test func `a cut body without a length looks complete`() async throws {
    let it = Fixture()
    it.sandbox.add(Fault(.afterwards(.cutWithoutLength(afterBodyBytes: 10)), times: 1))
    try await with(it) { server, client in
      let answer = try await client.send(request(server))
      #expect(answer.body.count == 10)
    }
  }

  @Test func `a bomb unpacks beyond any limit`() async throws {
    let it = Fixture()
    it.sandbox.add(Fault(.bomb(bytes: 2 << 20), times: 1))
    it.sandbox.add(Fault(.bomb(bytes: 300_000), times: 1))
    try await with(it) { server, client in
      await #expect(throws: HTTPError.bodyTooLarge(limit: 1 << 20)) {
        _ = try await client.send(request(server))
      }
      let small = try await client.send(request(server))
      #expect(small.body.count == 300_055)
      #expect(small.body.allSatisfy { $0 == 32 })
    }
  }

  @Test func `a stopped server refuses, and another takes its port`() async throws {
    let it = Fixture()
    let server = try SandboxServer(it.sandbox)
    let client = CurlClient(userAgent: "test")
    _ = try await client.send(request(server))
    server.stop()
    await #expect(throws: HTTPError.self) { _ = try await client.send(request(server)) }
    let next = try SandboxServer(it.sandbox, port: server.port)
    let answer = try await client.send(request(next))
    #expect(answer.status == 200)
    client.shutDown()
    next.stop()
  }

  @Test func `a stopped server that keeps its port refuses, and can be followed there`()
    async throws
  {
    let it = Fixture()
    let server = try SandboxServer(it.sandbox)
    server.stop(keepsPort: true)
    let client = CurlClient(userAgent: "test")
    let refusal = HTTPError.cannotConnect(reason: "connection refused")
    for _ in 0..<3 {
      await #expect(throws: refusal) { _ = try await client.send(request(server)) }
    }
    let next = try SandboxServer(it.sandbox, port: server.port)
    #expect(try await client.send(request(next)).status == 200)
    client.shutDown()
    next.stop()
  }

  @Test func `stalled answers end when they are released`() async throws {
    let it = Fixture()
    it.sandbox.add(Fault(.afterwards(.stall), times: 1))
    try await with(it) { server, client in
      async let answer = client.send(request(server))
      while it.sandbox.log.total == 0 { await Task.yield() }
      server.release()
      do {
        _ = try await answer
        Issue.record("a stalled answer arrived")
      } catch {
        #expect((error as? HTTPError)?.wasSent == true)
      }
    }
  }
}
