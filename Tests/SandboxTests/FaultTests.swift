import Sandbox
import Testing

@Suite struct FaultTests {
  @Test func `a fault strikes its endpoint and project, after some and for some requests`() {
    let it = Fixture()
    it.sandbox.add(
      Fault(
        .answer(.html(502, title: "502 Bad Gateway")),
        at: [.events],
        projectID: it.project,
        skips: 1,
        times: 2
      )
    )
    let statuses = (1...4).map { _ in it.reply("projects/docs%2Fmanual/events").status }
    #expect(statuses == [200, 502, 502, 200])
    #expect(it.reply("projects/1/pipelines").status == 200)
    #expect(it.sandbox.log.entries.map(\.isStruck) == [false, true, true, false, false])
  }

  @Test func `chance strikes the same requests for the same seed`() {
    let run = { (seed: UInt64) in
      let sandbox = Sandbox(seed: seed, clock: SandboxClock(0))
      sandbox.add(Fault(.answer(SandboxReply(status: 500)), probability: 0.3))
      return (1...1000).map { _ in
        sandbox.respond(to: SandboxRequest(target: "/api/v4/version")).status
      }
    }
    #expect(run(7) == run(7))
    #expect(run(7) != run(8))
    #expect((250...350).contains(run(7).count { $0 == 500 }))
  }

  @Test func `an answer may be lost after the message was shown, or before it arrived`() throws {
    let it = Fixture()
    it.sandbox.add(Fault(.afterwards(.close), at: [.wecomSend], times: 1))
    it.sandbox.add(Fault(.instead(.close), at: [.wecomSend], times: 1))
    let post = SandboxRequest(
      method: "POST",
      target: "/cgi-bin/webhook/send?key=\(Sandbox.key)",
      body: Array(#"{"msgtype":"markdown","markdown":{"content":"x"}}"#.utf8)
    )
    #expect(it.sandbox.respond(to: post).delivery == .close)
    #expect(it.sandbox.respond(to: post).delivery == .close)
    #expect(it.sandbox.messages() == ["x"])
    #expect(it.sandbox.received.map(\.isAnswerLost) == [true])
  }

  @Test func `WeCom's codes can be scripted`() throws {
    let it = Fixture()
    it.sandbox.add(Fault(.errcode(-1, "system busy"), at: [.wecomSend], times: 1))
    #expect(try it.sendMarkdown("x") == -1)
    #expect(try it.sendMarkdown("x") == 0)
    #expect(it.sandbox.received.map(\.errcode) == [-1, 0])
  }

  @Test(arguments: ["30", "Tue, 24 Nov 2026 00:05:00 GMT", "0", "-5", "99999999", "soon"])
  func `429 carries any Retry-After`(value: String) {
    let it = Fixture()
    it.sandbox.add(Fault(.limited(retryAfter: value), at: [.jobs]))
    it.sandbox.add(Fault(.throttled(retryAfter: value)))
    for path in ["projects/1/jobs", "projects/1/events"] {
      let reply = it.reply(path)
      #expect(reply.status == 429)
      #expect(reply.header("Retry-After") == value)
    }
  }

  @Test func `an answer can be altered, delayed, redirected and called unchanged`() {
    let it = Fixture()
    it.sandbox.add(
      Fault(
        .altered(status: nil, headers: [SandboxRequest.Header("Content-Type", "text/html")]),
        at: [.version]
      )
    )
    it.sandbox.add(Fault(.delayed(milliseconds: 5), at: [.metadata]))
    it.sandbox.add(Fault(.redirected(status: 302, location: "http://other.example/"), at: [.user]))
    it.sandbox.add(Fault(.notModified, at: [.events]))
    #expect(it.reply("version").header("Content-Type") == "text/html")
    #expect(it.reply("metadata").delay == 5)
    #expect(it.reply("user").header("Location") == "http://other.example/")
    #expect(it.reply("projects/1/events").status == 304)
  }

  @Test func `a credential of GitLab that reaches WeCom is a leak`() {
    let it = Fixture()
    _ = it.sandbox.respond(
      to: SandboxRequest(
        method: "POST",
        target: "/cgi-bin/webhook/send?key=x",
        headers: [SandboxRequest.Header("Authorization", "Bearer \(Sandbox.token)")]
      )
    )
    #expect(it.sandbox.log.leaks == 1)
  }
}
