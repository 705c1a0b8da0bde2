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
}
