import Configuration
import FoundationEssentials
import HTTP
import Platform
import Sandbox
import Store
import TestSupport
import Testing

@testable import Bridge

/// Single lines of the doctor's report, on a clock of its own.
@Suite(.temporaryFolder) struct CheckTests {
  private let scene = StatusScene()

  private func line(_ subject: String) async throws -> CheckReport.Line {
    let report = await scene.bridge.check(
      file: "config.toml",
      remarks: [],
      sends: false,
      isThorough: false
    )
    return try #require(report.lines.first { $0.subject == subject })
  }

  // MARK: The token

  /// The clock stands at 2026-11-24 00:00 UTC, and a minute later for the pass.
  @Test(arguments: [
    ("2026-11-25", "ends 2026-11-25, in 1 day", true),
    ("2026-11-26", "ends 2026-11-26, in 2 days", true),
    ("2026-12-08", "ends 2026-12-08, in 14 days", true),
    ("2026-12-09", "ok, ends 2026-12-09", false),
  ])
  func `days to the token's end are counted as run counts them`(
    end: String,
    verdict: String,
    isSoon: Bool
  ) async throws {
    scene.sandbox.change { $0.setExpiry(ofToken: Sandbox.token, to: end) }
    scene.clock.advance(milliseconds: 1)
    let token = try await line("token")
    #expect(token.verdict == verdict)
    #expect(token.findings.isEmpty != isSoon)
    let said = try await scene.pass().sayings.map(\.text)
    #expect(said.contains { $0.contains("\(verdict): make a new one in time") } == isSoon)
  }

  // MARK: The state

  @Test func `a state that is not there yet can be made`() async throws {
    let line = try await line("state")
    #expect(line.cells == [scene.stateDirectory, "not there yet: the first pass makes it"])
    #expect(line.verdict == "ok")
    #expect(!Files.exists(scene.stateDirectory))
  }

  @Test func `a state that is there tells of the last pass`() async throws {
    try await scene.pass()
    let line = try await line("state")
    let last = LocalTime.full(scene.clock.wallMilliseconds())
    #expect(line.cells == [scene.stateDirectory, "last pass \(last)"])
    #expect(line.verdict == "ok")
  }

  @Test func `a missing folder above the state is told as run tells it`() async throws {
    scene.setStateDirectory("missing/state")
    let line = try await line("state")
    #expect(line.verdict == "failed")
    #expect(
      line.findings == [
        CheckReport.Finding(
          exitCode: .cannotCreate,
          text: """
            the state cannot be created: "\(scene.stateDirectory)": no such file or directory; \
            create the folder that it is to be in
            """
        )
      ]
    )
    #expect(try await scene.pass().sayings.map(\.text) == line.findings.map(\.text))
  }

  @Test func `a damaged state is told as run tells it`() async throws {
    try await scene.pass()
    try scene.damageState()
    let line = try await line("state")
    #expect(line.findings.map(\.exitCode) == [.damaged])
    #expect(try await scene.pass().sayings.map(\.text) == line.findings.map(\.text))
  }

  @Test func `a state that others may write to is not used`() async throws {
    try await scene.pass()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o777],
      ofItemAtPath: scene.stateDirectory
    )
    let line = try await line("state")
    #expect(line.findings.map(\.exitCode) == [.cannotCreate])
    #expect(try await scene.pass().sayings.map(\.text) == line.findings.map(\.text))
  }

  @Test func `a folder for the metrics that is missing is a remark`() async throws {
    #expect(try await line("metrics").verdict == "ok")
    scene.setMetricsFile("missing/gitlab-wecom.prom")
    let line = try await line("metrics")
    #expect(line.verdict == "not written")
    #expect(line.findings.map(\.exitCode) == [.ok])
    #expect(
      try await scene.pass().sayings.first { $0.event == "metrics.failing" }?.text
        == line.findings.first?.text
    )
  }

  // MARK: GitLab

  @Test(arguments: [
    HTTPError.cannotConnect(reason: "connection refused"), .timedOut(wasSent: false),
    .connectionLost(reason: "x", wasSent: true),
  ])
  func `a GitLab that does not answer is told with where to look`(error: HTTPError) async throws {
    scene.transport.setFailure(error, at: scene.gitlabURL)
    let line = try await line("gitlab")
    #expect(
      line.findings.map(\.text) == [
        """
        GitLab does not answer: \(scene.gitlabURL): \(error) (metadata)
        see that GitLab runs there, and that nothing between keeps this machine from it
        """
      ]
    )
  }

  @Test(arguments: [(89_600, "clock 90 s ahead"), (-600_000, "clock 10 min behind")])
  func `a clock that is wrong is a remark`(ahead: Int64, words: String) async throws {
    let ours = ManualClock()
    scene.clock.advance(milliseconds: 3_600_000)
    ours.advance(milliseconds: 3_600_000 - ahead)
    let bridge = GitLabBridge(
      configuration: scene.configuration,
      surroundings: Surroundings(time: ours, transport: scene.transport),
      stop: StopFlag()
    )
    let report = await bridge.check(file: "", remarks: [], sends: false, isThorough: false)
    let line = try #require(report.lines.first { $0.subject == "gitlab" })
    #expect(line.cells.last == "GitLab 17.11.2, \(words)")
    #expect(
      line.findings == [
        .remark(
          "the clocks of GitLab and of this machine differ: nothing is lost by that, but ages and "
            + "\"max_age\" are off; set the wrong one"
        )
      ]
    )
  }

  @Test func `a version that was not tried is a remark`() async throws {
    scene.sandbox.change { $0.settings.version = "14.10.5" }
    #expect(
      try await line("gitlab").findings == [
        .remark("this version is older than 15.0: it was not tried; update it")
      ]
    )
    #expect(
      try await line("token").cells == ["accepted; this GitLab tells neither its name nor its end"]
    )
  }

  @Test func `a token without the right scope is told as refused`() async throws {
    let requester = scene.bridge.makeRequester()
    let transport = RecordingTransport(
      bodies: [#"{"id": 1, "name": "n", "scopes": ["read_user"], "active": true}"#, "[]"]
    )
    let bridge = GitLabBridge(
      configuration: scene.configuration,
      surroundings: Surroundings(time: scene.clock, transport: transport),
      stop: StopFlag()
    )
    let line = await ServerCheck(bridge: bridge, requester: requester).token()
    #expect(line.cells == ["\"n\"", "read_user, Reporter in 0 projects"])
    #expect(
      line.findings == [
        CheckReport.Finding(
          exitCode: .token,
          text: "the token lacks the scope read_api: make a new one that has it"
        )
      ]
    )
  }

  @Test(arguments: [
    (PollError.held, "not asked: GitLab holds questions of this kind"),
    (.unsteady, "not sure: rows vanished while they were read"),
    (.outOfTime, "not asked: the check was stopped"),
  ])
  func `a question that was not asked is told as such`(error: PollError, text: String) {
    #expect(CheckReport.Finding(error) == CheckReport.Finding(exitCode: .failed, text: text))
  }

  // MARK: Routes

  @Test func `projects that are archived, excluded or not there are told`() async throws {
    scene.setRoutes([
      RouteSettings(bots: ["docs"], projects: [.path("docs/manual")]),
      RouteSettings(bots: ["docs"], exclude: [.glob("**"), .path("docs/x")]),
    ])
    scene.sandbox.change { $0.setArchived(true, project: scene.project) }
    let archived = try await line("route 1")
    #expect(
      archived.cells == ["docs/manual", "0 projects", "pushes not tried", "builds not tried"]
    )
    #expect(
      archived.findings == [
        .remark("\"docs/manual\" is archived, and so not watched: take it out")
      ]
    )
    let everything = try await line("route 2")
    #expect(everything.cells.first == "every project but 2")
    #expect(
      everything.findings == [
        .remark("the token's user is Reporter in no project: invite it into those to be watched")
      ]
    )
    scene.setRoutes([
      RouteSettings(bots: ["docs"], projects: [.glob("docs/**")], exclude: [.glob("docs/*")])
    ])
    scene.sandbox.change { $0.setArchived(false, project: scene.project) }
    #expect(
      try await line("route 1").findings == [
        .remark("the route selects nothing: \"exclude\" takes everything away")
      ]
    )
  }

  @Test func `of many projects the first are tried, and of many troubles the first are told`()
    async throws
  {
    scene.sandbox.change { world in
      for number in 1...30 {
        let id = world.addProject("p\(number)", in: scene.docs)
        world.setCIEnabled(false, project: id)
      }
    }
    let line = try await line("route 1")
    #expect(line.notes.last == "the first 20 were tried; --verbose tries all")
    #expect(line.findings.count == 6)
    #expect(
      line.findings.last
        == .remark("the same or other troubles in 14 more projects: --verbose names them")
    )
  }

  @Test func `what routes select is not known while GitLab cannot list it`() async throws {
    scene.sandbox.add(Fault(.answer(.html(500, title: "500")), at: [.projects]))
    let line = try await line("routes")
    #expect(line.cells == ["what they select is not known"])
    #expect(line.verdict == "failed")
    #expect(line.findings.map(\.exitCode) == [.failed])
  }

  @Test func `an explanation without GitLab goes by the configuration`() async {
    scene.transport.setFailure(.cannotConnect(reason: "x"), at: scene.gitlabURL)
    let explanation = await scene.bridge.explain(project: "docs/manual", branch: "main")
    #expect(explanation.exitCode == .unreachable)
    #expect(
      explanation.lines == [
        "project  docs/manual",
        "  GitLab does not answer: \(scene.gitlabURL): cannot connect: x (project \"docs/manual\", "
          + "projects/:id)",
        "  what follows goes by the configuration alone", "", "push to main  → docs",
        "  route 1  tells docs", "", "failed build on main  → docs", "  route 1  tells docs",
      ]
    )
    scene.transport.setFailure(nil, at: scene.gitlabURL)
    scene.sandbox.change { $0.setArchived(true, project: scene.project) }
    #expect(
      await scene.bridge.explain(project: "docs/manual", branch: "main").lines.prefix(2) == [
        "project  docs/manual, id 1", "  it is archived, and so not watched",
      ]
    )
  }

  // MARK: Bots

  @Test func `a refused bot is told with the address that WeCom saw`() async throws {
    scene.sandbox.removeBot(key: Sandbox.key)
    let report = await scene.bridge.check(file: "", remarks: [], sends: true, isThorough: false)
    let line = try #require(report.lines.first { $0.subject == "bot" })
    #expect(line.verdict == "not sent")
    #expect(
      line.findings.first?.text.split(separator: "\n").dropFirst() == [
        "WeCom itself answered, so the address before \"key=\" is right: the key is not",
        "WeCom saw this machine as 127.0.0.1: allow that address if the bot has a list",
      ]
    )
  }
}
