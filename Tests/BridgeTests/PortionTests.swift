import Changes
import HTTP
import Sandbox
import TestSupport
import Testing

@testable import Bridge

/// The news of very many projects is written in portions while others are still read.
@Suite(.timeLimit(.minutes(15))) struct PortionTests {
  private static let projectCount = 7

  /// Projects that are watched, each with two pushes and a failed build since.
  private func scene(size: Int) async throws -> PassScene {
    var settings = World.Settings()
    settings.messagesPerMinute = 1000
    let scene = PassScene(settings: settings)
    scene.settings.portion = size
    scene.messagesPerMinute = 1000
    let projects = scene.sandbox.change { world in
      [scene.project]
        + (1..<Self.projectCount).map { number in
          let project = world.addProject("book-\(number)", name: "书 \(number)", in: scene.docs)
          world.push("first", of: project, by: scene.ann)
          return project
        }
    }
    try await scene.pass()
    let jobs = scene.sandbox.change { world in
      projects.map { project in
        world.push("one of \(project)", of: project, by: scene.ann)
        world.push("two of \(project)", of: project, by: scene.ann)
        let plan = [World.JobPlan("unit")]
        return world.startPipeline(of: project, by: scene.ann, jobs: plan).jobs[0]
      }
    }
    for job in jobs {
      scene.clock.advance(milliseconds: 1000)
      scene.sandbox.change { world in
        world.start(job)
        world.fail(job)
      }
    }
    scene.sandbox.clearMessages()
    scene.sandbox.clearLog()
    return scene
  }

  /// What the group reads when nothing goes wrong.
  private func undisturbed() async throws -> [String] {
    let scene = try await scene(size: 1000)
    try await scene.pass()
    let messages = scene.sandbox.messages()
    #expect(messages.count == 3 * Self.projectCount)
    return messages
  }

  @Test(arguments: [1, 2, 3, 7, 8])
  func `portions tell what one group tells, and leave the same state`(size: Int) async throws {
    let whole = try await scene(size: 1000)
    let expected = try await whole.pass()
    let scene = try await scene(size: size)
    let report = try await scene.pass()
    #expect(report.pushes == expected.pushes)
    #expect(report.builds == expected.builds)
    #expect(report.posted == expected.posted)
    #expect(report.requests == expected.requests)
    #expect(report.sayings == expected.sayings)
    #expect(report.exitCode == .ok)
    #expect(scene.sandbox.messages().sorted() == whole.sandbox.messages().sorted())
    #expect(try scene.state.projects == whole.state.projects)
    #expect(try scene.state.sweep == whole.state.sweep)
    for name in ["one", "two"] {
      // The scene is one in which the order can be wrong at all.
      #expect(scene.sandbox.messages().contains { $0.contains("\(name) of \(scene.project) ") })
    }
    for (earlier, later) in zip(positions("one", in: scene), positions("two", in: scene)) {
      #expect(earlier < later)
    }
    try await scene.pass()
    #expect(scene.sandbox.messages().count == 3 * Self.projectCount)
  }

  /// The places of the pushes of that name in what the group has read, by project.
  private func positions(_ name: String, in scene: PassScene) -> [Int] {
    let messages = scene.sandbox.messages()
    return (0..<Self.projectCount).compactMap { number in
      messages.firstIndex { $0.contains("\(name) of \(scene.project + number) ") }
    }
  }

  @Test func `each portion is one durable group of cursors and their messages`() async throws {
    let scene = try await scene(size: 2)
    var groups: [(projects: Int, messages: Int)] = []
    var before = try scene.state
    scene.log.onAppend = {
      guard let after = try? scene.log.fold() else { return }
      let projects = after.projects.filter { before.projects[$0.key] != $0.value }.count
      let found = [before, after].map { $0.bots["docs"]?.tally.found ?? 0 }
      if projects > 0 { groups.append((projects, found[1] - found[0])) }
      before = after
    }
    try await scene.pass()
    #expect(groups.map(\.projects) == [2, 2, 2, 1])
    #expect(groups.map(\.messages) == [6, 6, 6, 3])
  }

  @Test func `the first sight of many projects is written in portions, and begins but once`()
    async throws
  {
    let scene = PassScene()
    scene.settings.portion = 2
    scene.sandbox.change { world in
      for number in 1..<Self.projectCount {
        let project = world.addProject("book-\(number)", in: scene.docs)
        world.push("first", of: project, by: scene.ann)
      }
    }
    var known: [Int] = []
    scene.log.onAppend = {
      guard let state = try? scene.log.fold() else { return }
      let count = state.projects.values.filter { $0.pushes != nil }.count
      if known.last != count { known.append(count) }
    }
    let report = try await scene.pass()
    #expect(report.isFirst)
    #expect(
      report.sayings.map(\.text) == [
        "watching 7 projects from now on; what happened before is not told"
      ]
    )
    #expect(known == [0, 2, 4, 6, 7])
    #expect(try await scene.pass().sayings.isEmpty)
    #expect(scene.sandbox.messages().isEmpty)
  }

  @Test(arguments: [false, true])
  func `a pass that dies at any portion loses nothing and doubles one message at most`(
    keepsRecord: Bool
  ) async throws {
    let expected = try await undisturbed().sorted()
    var deathCount = 0
    for append in 1...8 {
      let scene = try await scene(size: 2)
      scene.log.death = DeliverLog.Death(
        append: scene.log.appendCount + append,
        keepsRecord: keepsRecord
      )
      do { try await scene.pass() } catch is DeliverLog.Crash { deathCount += 1 }
      scene.log.death = nil
      try await scene.pass()
      try await scene.pass()
      let told = scene.sandbox.messages()
      #expect(Set(told) == Set(expected), "append \(append)")
      #expect(told.count <= expected.count + 1, "append \(append)")
      #expect(try scene.state.bots["docs"]?.isBalanced == true)
    }
    #expect(deathCount == 8)
  }

  @Test func `a portion that cannot be written ends the pass, and the next one tells all`()
    async throws
  {
    let scene = try await scene(size: 2)
    scene.log.failures = [scene.log.appendCount + 2]
    await #expect(throws: DeliverLog.failure) { try await scene.pass() }
    #expect(scene.sandbox.messages().isEmpty)
    #expect(try scene.state.projects.values.filter { $0.jobs?.seen.isEmpty == false }.count == 2)
    try await scene.pass()
    #expect(try await undisturbed().sorted() == scene.sandbox.messages().sorted())
  }

  @Test func `what waits is folded between portions, so that the queue stays short`()
    async throws
  {
    var lengths: [Int] = []
    for size in [2, 1000] {
      let scene = try await scene(size: size)
      scene.settings.digestAbove = 5
      var longest = 0
      scene.log.onAppend = {
        longest = max(longest, (try? scene.log.fold())?.bots["docs"]?.queue.count ?? 0)
      }
      let report = try await scene.pass()
      #expect(report.inDigests + report.posted == 3 * Self.projectCount)
      #expect(try scene.state.bots["docs"]?.isBalanced == true)
      lengths.append(longest)
    }
    // More than eight, which are four for each reading of a portion, are folded; against all 21.
    #expect(lengths == [12, 21])
  }

  @Test func `that GitLab is back is told before the news of the first portion`() async throws {
    let scene = try await scene(size: 2)
    scene.settings.alertBots = ["docs"]
    let failure = HTTPError.cannotConnect(reason: "Connection refused")
    scene.transport.setFailure(failure, at: scene.settings.gitlabURL)
    for _ in 0..<16 { try await scene.pass() }
    scene.transport.setFailure(nil, at: scene.settings.gitlabURL)
    try await scene.pass()
    try await scene.pass()
    let headings = scene.sandbox.messages().compactMap { $0.split(separator: "\n").first }
    #expect(headings.count == 2 + 3 * Self.projectCount)
    #expect(headings.prefix(2).map { $0.contains("gitlab-wecom GitLab") } == [true, true])
    #expect(!headings.dropFirst(2).contains { $0.contains("gitlab-wecom GitLab") })
  }

  @Test func `a project that fails is weighed with the rest, whatever was handed over`()
    async throws
  {
    let scene = try await scene(size: 1)
    scene.sandbox.add(
      Fault(.answer(SandboxReply(status: 500)), at: [.events], text: "projects/\(scene.project)/")
    )
    let report = try await scene.pass()
    #expect(report.exitCode == .failed)
    #expect(report.posted == 3 * Self.projectCount - 2)
    #expect(try scene.state.projects[scene.project]?.failures == 1)
    #expect(try scene.state.sweep.behind == [scene.project])
    scene.sandbox.clearFaults()
    try await scene.pass()
    #expect(scene.sandbox.messages().count == 3 * Self.projectCount)
  }
}
