import HTTP
import Sandbox
import TestSupport
import Testing

@Suite struct SandboxTransportTests {
  private let it = Fixture()

  private func request(_ path: String = "/api/v4/version", limit: Int = 1 << 20) -> HTTPRequest {
    HTTPRequest(
      url: "http://gitlab.example.internal" + path,
      headers: [HTTPHeader("Authorization", "Bearer \(Sandbox.token)")],
      byteLimit: limit
    )
  }

  @Test func `requests to GitLab and WeCom arrive, others find no host`() async throws {
    let transport = SandboxTransport(it.sandbox)
    #expect(try await transport.send(request()).status == 200)
    var post = HTTPRequest(
      url: SandboxTransport.wecomURL + "/cgi-bin/webhook/send?key=\(Sandbox.key)"
    )
    post.method = .post
    post.body = Array(#"{"msgtype":"text","text":{"content":"x"}}"#.utf8)
    #expect(try await transport.send(post).status == 200)
    #expect(it.sandbox.messages() == ["x"])
    await #expect(throws: HTTPError.cannotResolve(host: "other.example:8080")) {
      _ = try await transport.send(HTTPRequest(url: "http://other.example:8080/api/v4/version"))
    }
  }

  static let accidents: [(SandboxReply.Delivery, HTTPError)] = [
    (.close, .connectionLost(reason: "Empty reply from server", wasSent: true)),
    (.reset, .connectionLost(reason: "Connection reset by peer", wasSent: true)),
    (
      .cut(afterBodyBytes: 3),
      .connectionLost(reason: "transfer closed with outstanding read data", wasSent: true)
    ),
    (.stall, .timedOut(wasSent: true)),
    (.trickle(bytesPerSecond: 1), .timedOut(wasSent: true)),
    (.endless, .bodyTooLarge(limit: 1 << 20)),
  ]

  @Test(arguments: accidents.indices)
  func `accidents become the errors of the real client`(index: Int) async {
    let (delivery, error) = Self.accidents[index]
    it.sandbox.add(Fault(.afterwards(delivery)))
    let clock = ManualClock()
    let transport = SandboxTransport(it.sandbox, clock: clock)
    await #expect(throws: error) { _ = try await transport.send(request()) }
    #expect(clock.sleeps == (error == .timedOut(wasSent: true) ? [30_000] : []))
    #expect(it.sandbox.log.total == 1)
  }

  @Test func `a failure can be set for a host and taken back`() async throws {
    let transport = SandboxTransport(it.sandbox)
    let refused = HTTPError.cannotConnect(reason: "connection refused")
    transport.setFailure(refused, at: "http://gitlab.example.internal")
    await #expect(throws: refused) { _ = try await transport.send(request()) }
    transport.setFailure(nil, at: "http://gitlab.example.internal")
    #expect(try await transport.send(request()).status == 200)
    await #expect(throws: HTTPError.bodyTooLarge(limit: 5)) {
      _ = try await transport.send(request(limit: 5))
    }
  }

  @Test func `a cancelled task sends nothing`() async {
    let transport = SandboxTransport(it.sandbox)
    let task = Task { [request = request()] in
      while !Task.isCancelled { await Task.yield() }
      return try await transport.send(request)
    }
    task.cancel()
    await #expect(throws: HTTPError.cancelled(wasSent: false)) { _ = try await task.value }
    #expect(it.sandbox.log.total == 0)
  }

  @Test func `a manual clock moves by sleeping, by hand and by reboots`() async throws {
    let clock = ManualClock()
    try await clock.sleep(milliseconds: 1500)
    clock.advance(milliseconds: 500)
    #expect(clock.wallMilliseconds() == ManualClock.start + 2000)
    #expect(clock.bootMilliseconds() == 1_002_000)
    clock.setWall(0)
    clock.reboot(bootID: "boot-2")
    #expect(clock.wallMilliseconds() == 0)
    #expect(clock.bootMilliseconds() == 10_000)
    #expect(clock.bootID == "boot-2")
  }

  @Test func `a script answers in its order and keeps the requests`() async throws {
    let transport = RecordingTransport(bodies: ["[]"])
    transport.append(.failure(.timedOut(wasSent: false)))
    #expect(try await transport.send(request()).body == Array("[]".utf8))
    await #expect(throws: HTTPError.timedOut(wasSent: false)) {
      _ = try await transport.send(request("/other"))
    }
    #expect(transport.requests.map(\.url).last == "http://gitlab.example.internal/other")
    await withKnownIssue {
      _ = try? await transport.send(request())
    } matching: {
      $0.comments.first?.rawValue
        == "no reply left for GET http://gitlab.example.internal/api/v4/version: script one"
    }
  }
}
