import Changes
import Configuration
import HTTP
import Sandbox
import TestSupport
import Testing

@testable import Bridge

/// Hardships that last: a pass after the other goes on, and in the end all is told.
@Suite struct HardshipTests {
  private static let down = SandboxReply(status: 500)

  // MARK: The beginning and the selectors

  @Test func `the watch begins with the first discovery that succeeds`() async throws {
    let scene = PassScene()
    scene.sandbox.add(Fault(.answer(Self.down), at: [.projects]))
    #expect(try await !scene.pass().isFirst)
    scene.sandbox.clearFaults()
    #expect(try await scene.pass().isFirst)
    scene.push("after twenty minutes")
    let new = scene.addProject("new")
    try await scene.pass(after: 20 * 60_000)
    scene.push("and on", to: new)
    try await scene.pass(after: 20 * 60_000)
    #expect(scene.told == ["after twenty minutes", "start", "and on"])
  }

  @Test func `a project made while the routes were changed is told from its creation`()
    async throws
  {
    let scene = PassScene()
    let old = scene.addProject("old")
    try await scene.pass()
    let new = scene.addProject("new")
    scene.push("early", to: new)
    scene.settings.selectors = "changed"
    try await scene.pass(after: 86_400_000)
    #expect(scene.told == ["start", "early"])
    #expect(try scene.state.projects[old]?.createdAt == nil)
  }

  @Test func `63 one path that GitLab fails for keeps no other from being watched`() async throws {
    let scene = PassScene(
      routes: [Route(bots: ["docs"], projects: [.path("docs/manual"), .path("docs/second")])]
    )
    let second = scene.addProject("second")
    scene.sandbox.add(Fault(.answer(Self.down), at: [.project], text: "second"))
    let first = try await scene.pass()
    #expect(first.isFirst && first.exitCode == .failed)
    #expect(
      first.sayings.map(\.text).first { $0.hasPrefix("not all") } == """
        not all projects of the routes could be looked for: GitLab answers 500 \
        (project "docs/second", projects/:id); it is tried again
          the known ones are watched as before; asked again within minutes
        """
    )
    scene.push("told all the same")
    try await scene.pass()
    #expect(scene.told == ["told all the same"])
    scene.sandbox.clearFaults()
    let healed = try await scene.pass(after: 600_000)
    #expect(healed.exitCode == .ok)
    scene.push("of the second", to: second)
    try await scene.pass()
    // Once known, it is watched through the next such failure.
    scene.sandbox.add(Fault(.answer(Self.down), at: [.project], text: "docs%2Fsecond"))
    scene.push("through it", to: second)
    try await scene.pass(after: 600_000)
    #expect(scene.told == ["told all the same", "of the second", "through it"])
  }

  @Test(arguments: [nil, ["docs/**"]])
  func `a listing longer than a pass comes to its end, and the known ones are told`(
    patterns: [String]?
  ) async throws {
    let scene = PassScene(
      routes: [Route(bots: ["docs"], projects: patterns?.map { ProjectPattern($0) })]
    )
    scene.settings.deadlineMilliseconds = 3000
    for number in 2...450 { _ = scene.addProject("p\(number)") }
    scene.sandbox.add(
      Fault(.delayed(milliseconds: 900), at: patterns == nil ? [.projects] : [.groupProjects])
    )
    var passes = 0
    while try scene.state.began == nil, passes < 10 {
      try await scene.pass()
      passes += 1
    }
    #expect(passes > 1 && passes < 5)
    #expect(try scene.state.discovery?.projects.count == 450)
    #expect(try scene.state.search == nil)
    for _ in 1...8 { try await scene.pass() }
    let new = scene.addProject("p451")
    scene.push("told meanwhile")
    // The next search takes several passes, each of which tells what it finds.
    try await scene.pass(after: 600_000)
    #expect(scene.told == ["told meanwhile"])
    for _ in 1...30 where try scene.state.projects[new]?.pushes == nil { try await scene.pass() }
    #expect(scene.told == ["told meanwhile", "start"])
  }

  // MARK: Builds

  /// A scene in which four pipelines run without a move.
  private func busy() async throws -> PassScene {
    let scene = PassScene()
    try await scene.pass()
    scene.sandbox.change { world in
      for _ in 1...4 {
        let made = world.startPipeline(
          of: scene.project,
          by: scene.ann,
          jobs: [World.JobPlan("long")]
        )
        world.start(made.jobs[0])
      }
    }
    try await scene.pass()
    return scene
  }

  private static let jobFaults: [Fault] = [
    Fault(.answer(down), at: [.jobs]), Fault(.limited(retryAfter: nil), at: [.jobs]),
  ]

  @Test(arguments: [0, 1])
  func `63 60 a list of failed jobs that fails or is limited withholds nothing`(
    index: Int
  ) async throws {
    let scene = try await busy()
    scene.sandbox.add(Self.jobFaults[index])
    scene.failBuild()
    scene.push("a push")
    #expect(try await scene.pass().exitCode == .ok)
    #expect(scene.told == ["a push", "build: first commit"])
    for minute in 1...20 {
      if minute == 10 { scene.push("second push") }
      try await scene.pass(after: 61_000)
    }
    #expect(scene.told.last == "second push")
    #expect(try scene.state.projects[scene.project]?.failures == nil)
  }

  @Test func `63 one pipeline that GitLab fails for delays the others, and no pushes`()
    async throws
  {
    let scene = PassScene()
    try await scene.pass()
    scene.failBuild()
    let broken = try #require(scene.sandbox.change { $0.pipelines(of: scene.project).first })
    scene.sandbox.add(
      Fault(.answer(Self.down), at: [.pipelineJobs], text: "pipelines/\(broken)/")
    )
    scene.push("one")
    scene.failBuild()
    var report = try await scene.pass()
    #expect(report.exitCode == .failed)
    // In their order as long as there is hope.
    #expect(scene.told == ["one"])
    for minute in 1...5 {
      scene.push("push \(minute)")
      report = try await scene.pass()
      #expect(scene.told.contains("push \(minute)"))
    }
    #expect(scene.told.contains("build: one"))
    scene.sandbox.clearFaults()
    for _ in 1...4 { report = try await scene.pass() }
    #expect(report.exitCode == .ok)
    #expect(scene.told.filter { $0.hasPrefix("build") } == ["build: one", "build: first commit"])
  }

  @Test func `54 commit messages of any size are read, a job or a push at a time`() async throws {
    let scene = PassScene()
    try await scene.pass()
    let wall = String(repeating: "very long ", count: 20_000)
    scene.push("huge \(wall)")
    let jobs = scene.sandbox.change { world in
      world.startPipeline(
        of: scene.project,
        by: scene.ann,
        jobs: (1...60).map { World.JobPlan("job \($0)") }
      ).jobs
    }
    scene.clock.advance(milliseconds: 1000)
    for job in jobs {
      scene.sandbox.change { world in
        world.start(job)
        _ = world.fail(job)
      }
    }
    #expect(try await scene.pass().exitCode == .ok)
    for _ in 1...4 { try await scene.pass() }
    #expect(scene.told.count == 61)
    #expect(scene.told.allSatisfy { $0.contains("huge very long") })
  }

  @Test func `a list of moved pipelines longer than a pass is worked off`() async throws {
    let scene = PassScene()
    try await scene.pass()
    for _ in 1...150 { scene.failBuild() }
    scene.settings.deadlineMilliseconds = 5000
    scene.sandbox.add(Fault(.delayed(milliseconds: 900), at: [.pipelines]))
    scene.sandbox.add(Fault(.delayed(milliseconds: 40), at: [.pipelineJobs]))
    var found: [Int] = []
    while found.last != 150, found.count < 12 { found.append(try await scene.pass().builds) }
    // In their order, so all of them at once.
    #expect(found.last == 150 && found.count > 2, "\(found)")
  }

  @Test func `a build that fails while others are read is told after its elder`() async throws {
    let scene = PassScene()
    try await scene.pass()
    var jobs: [Int] = []
    for name in ["elder", "younger"] {
      scene.push(name)
      jobs += scene.sandbox.change { world in
        world.startPipeline(of: scene.project, by: scene.ann, jobs: [World.JobPlan(name)]).jobs
      }
      scene.clock.advance(milliseconds: 1000)
    }
    scene.sandbox.change { world in
      for job in jobs { world.start(job) }
    }
    // The elder fails after its pipeline was read, the younger before.
    let (clock, sandbox, steps) = (scene.clock, scene.sandbox, jobs)
    scene.detour = Interruption(before: scene.transport, at: "/jobs") { count in
      // The first pipeline's jobs are read; then both fail, its own first.
      guard count == 1 else { return }
      for job in steps {
        clock.advance(milliseconds: 2000)
        sandbox.change { _ = $0.fail(job) }
      }
    }
    try await scene.pass()
    scene.detour = nil
    try await scene.pass()
    #expect(scene.told == ["elder", "younger", "build: elder", "build: younger"])
  }

  @Test func `a failure that moves no pipeline is found by a look at the failed jobs`() async throws
  {
    let scene = PassScene()
    try await scene.pass()
    let jobs = scene.sandbox.change { world in
      world.startPipeline(
        of: scene.project,
        by: scene.ann,
        jobs: [World.JobPlan("unit"), World.JobPlan("deploy", isManual: true)]
      ).jobs
    }
    scene.sandbox.change { world in
      world.start(jobs[0])
      world.succeed(jobs[0])
    }
    for _ in 1...3 { try await scene.pass() }
    try await scene.pass(after: 7_200_000)
    // Played and dropped before GitLab computed the pipeline's status in between.
    scene.sandbox.change { world in
      world.isProcessingPaused = true
      world.play(jobs[1], by: scene.ann)
      _ = world.fail(jobs[1])
      world.isProcessingPaused = false
    }
    var passes = 0
    while scene.told.isEmpty, passes < 181 {
      try await scene.pass()
      passes += 1
    }
    #expect(scene.told == ["build: first commit"])
  }

  @Test func `a first child is looked for again where its listing failed`() async throws {
    let scene = PassScene()
    try await scene.pass()
    let job = scene.sandbox.change { world in
      let parent = world.startPipeline(
        of: scene.project,
        by: scene.ann,
        jobs: [World.JobPlan("go", kind: .bridge)]
      )
      return world.startChild(of: parent.jobs[0], jobs: [World.JobPlan("c")]).jobs[0]
    }
    scene.sandbox.change { $0.start(job) }
    scene.sandbox.add(Fault(.answer(Self.down), at: [.pipelines], text: "parent_pipeline"))
    #expect(try await scene.pass().exitCode == .failed)
    scene.sandbox.change { _ = $0.fail(job) }
    scene.sandbox.clearFaults()
    for _ in 1...2 { try await scene.pass() }
    #expect(scene.told == ["build: first commit"])
  }

  @Test func `an idle project with child pipelines costs few requests more`() async throws {
    let scene = PassScene()
    try await scene.pass()
    scene.sandbox.change { world in
      let parent = world.startPipeline(
        of: scene.project,
        by: scene.ann,
        jobs: [World.JobPlan("go", kind: .bridge), World.JobPlan("unit")]
      )
      let child = world.startChild(of: parent.jobs[0], jobs: [World.JobPlan("c")])
      world.start(child.jobs[0])
      world.succeed(child.jobs[0])
      world.start(parent.jobs[1])
      world.succeed(parent.jobs[1])
    }
    for _ in 1...3 { try await scene.pass() }
    try await scene.pass(after: 3 * 3_600_000)
    scene.sandbox.clearLog()
    for _ in 1...20 { try await scene.pass() }
    #expect(scene.requests(.pipelines) == 25)
  }

  @Test func `63 a push whose commit GitLab withholds for hours is told by its title`()
    async throws
  {
    let scene = PassScene()
    try await scene.pass()
    scene.sandbox.add(Fault(.answer(Self.down), at: [.commits, .commit]))
    scene.sandbox.change { world in
      _ = world.push(["first", "second\n\nmore"], of: scene.project, by: scene.ann)
    }
    var hours = 0
    while scene.told.isEmpty, hours < 60 {
      try await scene.pass(after: 3_600_000)
      hours += 1
    }
    #expect(scene.told == ["second"])
    #expect(hours > 9)
    scene.sandbox.clearFaults()
    try await scene.pass(after: 4 * 3_600_000)
    scene.push("after")
    try await scene.pass(after: 3_600_000)
    #expect(scene.told == ["second", "after"])
  }

  // MARK: Roles

  @Test func `a token that may see no pushes asks for them hourly`() async throws {
    let scene = PassScene(routes: [Route(bots: ["docs"], projects: [ProjectPattern("docs/**")])])
    let guest = scene.sandbox.change { world in
      let id = world.addProject("guest", in: scene.docs, accessLevel: 10)
      for number in 1...300 { world.push("n \(number)", of: id, by: scene.ann) }
      return id
    }
    try await scene.pass(after: 86_400_000)
    scene.sandbox.clearLog()
    for _ in 1...50 { try await scene.pass() }
    #expect(scene.requests(.events, of: guest) == 0)
    scene.push("while hidden", to: guest)
    scene.sandbox.change { $0.setAccessLevel(20, project: guest) }
    for _ in 1...12 { try await scene.pass() }
    #expect(scene.told == ["while hidden"])
  }

  @Test func `a role granted later tells nothing from before the first sight`() async throws {
    let scene = PassScene(
      routes: [Route(bots: ["docs"], projects: [ProjectPattern("docs/manual")])]
    )
    try await scene.pass()
    let guest = scene.sandbox.change { world in
      let id = world.addProject("guest", in: scene.docs, accessLevel: 10)
      for number in 1...3 { world.push("before \(number)", of: id, by: scene.ann) }
      return id
    }
    try await scene.pass(after: 86_400_000)
    scene.settings.routes = RouteTable([
      Route(bots: ["docs"], projects: [ProjectPattern("docs/**")])
    ])
    scene.settings.selectors = "changed"
    try await scene.pass(after: 86_400_000)
    scene.push("after", to: guest)
    scene.sandbox.change { $0.setAccessLevel(20, project: guest) }
    try await scene.pass(after: 86_400_000)
    #expect(scene.told == ["after"])
  }

  @Test func `pushes of a deleted user stop nobody`() async throws {
    let scene = PassScene()
    let ben = scene.sandbox.change { $0.addUser("ben") }
    try await scene.pass()
    scene.sandbox.change { world in
      world.push("of ben", of: scene.project, by: ben)
    }
    try await scene.pass()
    scene.sandbox.change { $0.deleteEvents(of: ben) }
    #expect(try await scene.pass(after: 600_000).exitCode == .ok)
    scene.push("of ann")
    #expect(try await scene.pass().exitCode == .ok)
    #expect(scene.told == ["of ben", "of ann"])
  }
}
