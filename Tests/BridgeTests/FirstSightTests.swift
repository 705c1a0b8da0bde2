import Changes
import Sandbox
import TestSupport
import Testing

@testable import Bridge

/// Where the watch of a project begins: at its first sight, whenever it can be read.
@Suite struct FirstSightTests {
  /// Endpoints that fail while a project comes into sight.
  struct Outage: Sendable, CustomTestStringConvertible {
    let endpoints: Set<Endpoint>

    var testDescription: String { endpoints.map { "\($0)" }.sorted().joined(separator: ", ") }
  }

  private static let outages = [
    Outage(endpoints: [.events]),
    Outage(endpoints: [.pipelines]),
    Outage(endpoints: [.events, .pipelines]),
    Outage(endpoints: []),
  ]

  @Test(arguments: outages)
  func `what happens between the first sight and the first reading is told`(
    outage: Outage
  ) async throws {
    let scene = PassScene()
    scene.messagesPerMinute = 100
    scene.failBuild()
    scene.sandbox.add(Fault(.answer(SandboxReply(status: 500)), at: outage.endpoints))
    let first = try await scene.pass()
    #expect(first.isFirst)
    scene.push("after the first sight")
    scene.failBuild()
    for number in 1...30 { scene.push("number \(number)") }
    try await scene.pass()
    scene.sandbox.clearFaults()
    try await scene.pass()
    try await scene.pass()
    #expect(
      scene.told.filter { !$0.hasPrefix("build") }
        == ["after the first sight"] + (1...30).map { "number \($0)" }
    )
    #expect(scene.told.filter { $0.hasPrefix("build") } == ["build: after the first sight"])
    let state = try #require(try scene.state.projects[scene.project])
    #expect(state.selectedAt == nil)
  }

  @Test func `a build that runs at the first sight and fails before the first reading is told`()
    async throws
  {
    let scene = PassScene()
    let jobs = scene.sandbox.change { world in
      world.startPipeline(
        of: scene.project,
        by: scene.ann,
        jobs: [World.JobPlan("unit"), World.JobPlan("lint")]
      ).jobs
    }
    scene.sandbox.change { world in
      for job in jobs { world.start(job) }
    }
    scene.sandbox.add(Fault(.answer(SandboxReply(status: 500)), at: [.pipelines]))
    try await scene.pass()
    scene.clock.advance(milliseconds: 30 * 60_000)
    scene.sandbox.change { _ = $0.fail(jobs[0]) }
    scene.sandbox.clearFaults()
    try await scene.pass()
    try await scene.pass()
    #expect(scene.told == ["build: first commit"])
  }

  @Test func `a project that a new route selects is watched from its discovery on`() async throws {
    let scene = PassScene(
      routes: [Route(bots: ["docs"], projects: [.path("docs/manual")], title: "文档站")]
    )
    let other = scene.addProject("other")
    let third = scene.addProject("third")
    try await scene.pass()
    scene.push("before the route", to: other)
    scene.settings.routes = RouteTable([Route(bots: ["docs"], title: "文档站")])
    scene.settings.selectors = "other"
    scene.sandbox.add(Fault(.answer(SandboxReply(status: 500)), at: [.events]))
    try await scene.pass()
    scene.push("after the route", to: other)
    scene.push("after it too", to: third)
    scene.sandbox.clearFaults()
    try await scene.pass()
    #expect(Set(scene.told) == ["after the route", "after it too"])
  }

  @Test func `a project that was forgotten and comes back is not told from its creation again`()
    async throws
  {
    let scene = PassScene()
    scene.settings.maxAgeMilliseconds = 0
    try await scene.pass()
    let second = scene.addProject("second")
    try await scene.pass(after: 600_000)
    #expect(scene.told == ["start"])
    scene.sandbox.change { $0.setArchived(true, project: second) }
    try await scene.pass(after: 600_000)
    try await scene.pass(after: 31 * 86_400_000)
    #expect(try scene.state.projects[second] == nil)
    // The log of what was told would end the double as well, as far as it reaches.
    #expect(try scene.state.discovery?.since == scene.state.discovery?.askedAt)
    scene.sandbox.change { $0.setArchived(false, project: second) }
    try await scene.pass(after: 600_000)
    scene.push("back again", to: second)
    try await scene.pass()
    #expect(scene.told == ["start", "back again"])
  }

  @Test func `pushes too old to be told cost no requests for their commits`() async throws {
    let scene = PassScene()
    scene.settings.maxAgeMilliseconds = 3_600_000
    try await scene.pass()
    for number in 1...5 { scene.push("old \(number)") }
    scene.clock.advance(milliseconds: 2 * 3_600_000)
    scene.push("young")
    scene.sandbox.clearLog()
    let report = try await scene.pass()
    #expect(report.tooOld == 5)
    #expect(scene.told == ["young"])
    #expect(scene.requests(.commits) + scene.requests(.commit) == 1)
    #expect(try scene.state.bots["docs"]?.skipped.count == 5)
  }

  @Test func `after a burst of pushes an idle project costs one page again`() async throws {
    let scene = PassScene()
    scene.messagesPerMinute = 100
    try await scene.pass()
    for number in 1...40 { scene.push("number \(number)") }
    try await scene.pass()
    for _ in 1...20 { try await scene.pass() }
    scene.sandbox.clearLog()
    for _ in 1...10 { try await scene.pass() }
    #expect(scene.requests(.events, of: scene.project) == 10)
    #expect(scene.told.count == 40)
  }

  @Test func `77 a restored GitLab is noticed where builds alone are told`() async throws {
    let scene = PassScene(
      routes: [Route(bots: ["docs"], events: [.build], title: "文档站")]
    )
    try await scene.pass()
    let backup = scene.sandbox.backup()
    scene.push("lost with the backup")
    scene.failBuild()
    try await scene.pass(after: 600_000)
    for _ in 1...14 { try await scene.pass() }
    #expect(scene.told == ["build: lost with the backup"])
    scene.sandbox.restore(backup)
    var reports: [PassReport] = []
    for _ in 1...15 { reports.append(try await scene.pass()) }
    #expect(reports.last?.exitCode == .failed)
    #expect(
      reports.flatMap(\.sayings).map(\.text) == [
        """
        docs/manual: the ids of GitLab's events went back, as after a restored backup; the \
        project is not read until you run: gitlab-wecom baseline --project docs/manual
        """
      ]
    )
  }
}
