import Changes
import HTTP
import Platform
import Sandbox
import TestSupport
import Testing

@testable import Bridge

/// Alerts as whole passes make them: found, queued, posted, remembered.
@Suite struct AlertPassTests {
  private static let quarter = 15
  private static let day: Int64 = 86_400_000

  private func scene(version: String = "17.11.2") -> PassScene {
    var world = World.Settings()
    world.version = version
    let scene = PassScene(settings: world)
    scene.settings.alertBots = ["docs"]
    return scene
  }

  private func headings(_ scene: PassScene) -> [Substring] {
    scene.sandbox.messages().compactMap { $0.split(separator: "\n").first }
  }

  @Test func `an outage is told by the pass that has seen it for 15 minutes, and its end`()
    async throws
  {
    let scene = scene()
    try await scene.pass()
    scene.transport.setFailure(
      .cannotConnect(reason: "Connection refused"),
      at: scene.settings.gitlabURL
    )
    let began = scene.clock.wallMilliseconds() + 60_000
    for _ in 0..<Self.quarter {
      try await scene.pass()
      #expect(scene.sandbox.messages().isEmpty)
    }
    try await scene.pass()
    #expect(headings(scene) == ["## gitlab-wecom GitLab <font color=\"warning\">无法连接</font> 通知: "])
    #expect(
      scene.sandbox.messages().first?.contains("- 开始时间: \(LocalTime.full(began)) \n") == true
    )
    for _ in 0..<Self.quarter {
      try await scene.pass()
    }
    #expect(scene.sandbox.messages().count == 1)
    scene.sandbox.change { $0.push("meanwhile", of: scene.project, by: scene.ann) }
    scene.transport.setFailure(nil, at: scene.settings.gitlabURL)
    try await scene.pass()
    try await scene.pass()
    #expect(
      headings(scene).dropFirst() == [
        "## gitlab-wecom GitLab <font color=\"info\">已恢复</font> 通知: ",
        "## 文档站 <font color=\"info\">push</font> 通知: ",
      ]
    )
    #expect(try scene.state.bots["docs"]?.isBalanced == true)
    #expect(try scene.state.bots["docs"]?.tally == Tally(found: 1, posted: 1))
  }

  @Test func `a GitLab that fails every project is an outage too`() async throws {
    let scene = scene()
    try await scene.pass()
    scene.sandbox.add(
      Fault(.answer(.html(502, title: "Bad Gateway")), at: [.events, .pipelines, .jobs, .projects])
    )
    for _ in 0..<20 {
      try await scene.pass()
    }
    #expect(
      headings(scene) == ["## gitlab-wecom GitLab <font color=\"warning\">无法正常应答</font> 通知: "]
    )
  }

  @Test func `the token's end is a warning a day and an alert, asked for once a day`() async throws
  {
    let scene = scene()
    scene.sandbox.change { world in
      world.addToken(Sandbox.token, of: 1, expiresAt: "2026-12-08")
    }
    let first = try await scene.pass()
    #expect(
      first.sayings.filter { $0.event == "token.ending" } == [
        Saying(
          level: .warning,
          event: "token.ending",
          text: """
            the token "wecom-bridge" ends 2026-12-08, in 14 days: make a new one in time (in \
            GitLab, "rotate" keeps its name), and put it where the configuration says
            """
        )
      ]
    )
    #expect(first.exitCode == .ok)
    #expect(first.requests["token"] == 1)
    #expect(headings(scene) == ["## gitlab-wecom 令牌 <font color=\"warning\">即将到期</font> 通知: "])
    for _ in 0..<10 {
      let report = try await scene.pass()
      #expect(report.sayings.isEmpty)
      #expect(report.requests["token"] == nil)
    }
    let next = try await scene.pass(after: Self.day)
    #expect(next.requests["token"] == 1)
    #expect(next.sayings.map(\.event) == ["token.ending"])
    scene.sandbox.change { world in
      world.addToken(Sandbox.token, of: 1, expiresAt: "2027-12-08")
    }
    let renewed = try await scene.pass(after: Self.day)
    #expect(renewed.sayings.map(\.event) == ["token.ending.over"])
    #expect(scene.sandbox.messages().count == 1)
  }

  @Test func `another token is asked about at once`() async throws {
    let scene = scene()
    scene.settings.tokenDigest = "00000001"
    scene.sandbox.change { $0.setExpiry(ofToken: Sandbox.token, to: "2026-12-01") }
    #expect(try await scene.pass().sayings.contains { $0.event == "token.ending" })
    #expect(try await scene.pass().requests["token"] == nil)
    scene.settings.tokenDigest = "00000002"
    scene.sandbox.change { $0.setExpiry(ofToken: Sandbox.token, to: nil) }
    let renewed = try await scene.pass()
    #expect(renewed.requests["token"] == 1)
    #expect(renewed.sayings.map(\.event) == ["token.ending.over"])
    #expect(try scene.state.token?.digest == "00000002")
    #expect(try await scene.pass().requests["token"] == nil)
  }

  @Test func `a GitLab that cannot tell the token's end is no trouble`() async throws {
    let scene = scene(version: "15.4.0")
    let report = try await scene.pass()
    #expect(report.exitCode == .ok)
    #expect(report.requests["token"] == 1)
    #expect(report.troubles.isEmpty)
    #expect(try scene.state.token?.expiresOn == nil)
    #expect(try await scene.pass().requests["token"] == nil)
  }

  @Test func `a hanging question about the token takes five seconds and nothing else`() async throws
  {
    let scene = scene()
    scene.sandbox.add(Fault(.instead(.stall), at: [.token]))
    let before = scene.clock.bootMilliseconds() + 60_000
    let report = try await scene.pass()
    #expect(report.exitCode == .ok)
    #expect((5000...5002).contains(scene.clock.bootMilliseconds() - before))
  }

  @Test func `without bots to tell nothing is posted`() async throws {
    let scene = scene()
    scene.settings.alertBots = []
    try await scene.pass()
    scene.transport.setFailure(.cannotResolve(host: "x"), at: scene.settings.gitlabURL)
    for _ in 0..<30 {
      try await scene.pass()
    }
    #expect(scene.sandbox.messages().isEmpty)
    #expect(try scene.state.alerts.outage != nil)
  }
}
