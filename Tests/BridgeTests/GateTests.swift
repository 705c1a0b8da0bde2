import Changes
import Sandbox
import TestSupport
import Testing

@testable import Bridge

@Suite struct GateTests {
  /// A scene with twenty projects, all quiet for hours.
  private func quiet() async throws -> (scene: PassScene, others: [Int]) {
    let scene = PassScene()
    let others = (2...20).map { scene.addProject("project-\($0)") }
    try await scene.pass(after: 5 * 3_600_000)
    try await scene.pass()
    scene.sandbox.clearLog()
    return (scene, others)
  }

  @Test func `one listing stands for a question to each project`() async throws {
    let (scene, others) = try await quiet()
    scene.push("told at once", to: others[3])
    try await scene.pass()
    #expect(scene.told == ["told at once"])
    // The one that is active, and those whose turn it is.
    #expect(scene.requests(.events) < 6)
  }

  @Test func `a move that GitLab's listing misses is found within a quarter of an hour`()
    async throws
  {
    let (scene, others) = try await quiet()
    scene.sandbox.change { $0.settings.missedActivityEvery = 1 }
    scene.push("unseen", to: others[7])
    for _ in 1...15 { try await scene.pass() }
    #expect(scene.told == ["unseen"])
  }

  @Test func `a project that is no membership is asked in every pass`() async throws {
    let scene = PassScene(routes: [Route(bots: ["docs"], projects: [.path("docs/open")])])
    let open = scene.sandbox.change { world in
      world.addProject("open", in: scene.docs, visibility: .public, accessLevel: 0)
    }
    try await scene.pass()
    scene.push("in the open", to: open)
    try await scene.pass()
    #expect(scene.told == ["in the open"])
  }

  @Test func `after a downtime of days the gate asks from where it stood`() async throws {
    let (scene, others) = try await quiet()
    scene.push("on Friday", to: others[0])
    scene.clock.advance(milliseconds: 3 * 86_400_000)
    scene.push("on Monday", to: others[1])
    try await scene.pass()
    #expect(scene.told == ["on Friday", "on Monday"])
  }

  @Test func `who was not reached before the deadline comes first in the next pass`() async throws {
    let (scene, others) = try await quiet()
    scene.settings.concurrency = 1
    scene.settings.deadlineMilliseconds = 10_000
    for project in others { scene.push("of \(project)", to: project) }
    scene.sandbox.add(Fault(.delayed(milliseconds: 900), at: Fault.gitlab))
    var passes = 0
    while scene.told.count < others.count, passes < 40 {
      try await scene.pass()
      passes += 1
    }
    #expect(Set(scene.told) == Set(others.map { "of \($0)" }))
    #expect(scene.told.count == others.count)
    #expect(passes > 2 && passes < 40)
  }
}
