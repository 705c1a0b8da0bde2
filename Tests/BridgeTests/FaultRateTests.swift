import Changes
import Sandbox
import TestSupport
import Testing

@testable import Bridge

/// What passes make of a GitLab whose limit is near.
@Suite struct FaultRateTests {
  /// A watch over a number of projects, at a GitLab that tells what its throttle leaves.
  private func begun(
    projects count: Int,
    limit: Int,
    seconds: Int
  ) async throws -> (scene: PassScene, projects: [Int]) {
    let scene = PassScene()
    let projects = [scene.project] + (2...count).map { scene.addProject("project-\($0)") }
    // One question at a time, so that the clock goes on by the longest wait, not by their sum.
    scene.settings.concurrency = 1
    scene.messagesPerMinute = 1000
    scene.sandbox.change { $0.settings.messagesPerMinute = 100_000 }
    try await scene.pass()
    try await scene.pass()
    scene.sandbox.clearLog()
    scene.sandbox.change { world in
      world.settings.throttleLimit = limit
      world.settings.throttlePeriod = seconds
      world.settings.announcesThrottle = true
    }
    return (scene, projects)
  }

  /// Runs a pass that begins with the next minute.
  private func pass(_ scene: PassScene) async throws -> PassReport {
    let sinceMinute = scene.clock.wallMilliseconds() % 60_000
    return try await scene.pass(after: 60_000 - sinceMinute)
  }

  private func refusals(_ scene: PassScene) -> Int {
    scene.sandbox.log.entries.count { $0.status == 429 }
  }

  @Test(arguments: [(60, 60), (30, 60), (150, 3600)])
  func `61 the limit is never run into, and everybody has a turn`(
    limit: Int,
    seconds: Int
  ) async throws {
    let (scene, projects) = try await begun(projects: 40, limit: limit, seconds: seconds)
    for project in projects { scene.push("of \(project)", to: project) }
    var passes = 0
    while scene.told.count < projects.count, passes < 90 {
      let before = scene.clock.bootMilliseconds()
      let report = try await pass(scene)
      passes += 1
      #expect(report.exitCode == .ok)
      #expect(scene.clock.bootMilliseconds() - before <= 60_000 + 50_000)
    }
    print("throttle of \(limit) in \(seconds) s: \(passes) passes")
    #expect(Set(scene.told) == Set(projects.map { "of \($0)" }))
    #expect(scene.told.count == projects.count)
    #expect(refusals(scene) == 0)
    #expect(passes > 1)
  }

  @Test func `61 whoever was not asked comes first in the next pass`() async throws {
    let (scene, projects) = try await begun(projects: 40, limit: 60, seconds: 60)
    var last: [Int: Int] = [:]
    var longest = 0
    for minute in 1...20 {
      scene.sandbox.clearLog()
      // Active in the gate's eyes, but without news that would cost more questions.
      scene.sandbox.change { world in
        for project in projects { world.openIssue("issue", of: project, by: scene.ann) }
      }
      _ = try await pass(scene)
      for entry in scene.sandbox.log.entries where entry.endpoint == .events {
        guard let project = entry.projectID else { continue }
        longest = max(longest, minute - (last[project] ?? 0))
        last[project] = minute
      }
      #expect(refusals(scene) == 0)
    }
    print("longest wait for a turn: \(longest) passes")
    #expect(last.count == projects.count)
    #expect(longest > 1 && longest <= 3)
  }

  @Test func `61 while much is left nobody waits`() async throws {
    let (scene, projects) = try await begun(projects: 40, limit: 600, seconds: 60)
    for project in projects { scene.push("of \(project)", to: project) }
    let before = scene.clock.bootMilliseconds()
    let report = try await scene.pass()
    #expect(scene.clock.bootMilliseconds() - before == 60_000)
    #expect(report.posted == projects.count)
  }

  @Test func `61 what others have used up is waited for, over passes too`() async throws {
    let (scene, _) = try await begun(projects: 3, limit: 5, seconds: 3600)
    // The hour has 50 minutes left and no request.
    scene.sandbox.change { $0.settings.throttleLimit = 1 }
    scene.push("at last")
    scene.clock.advance(milliseconds: 3_600_000 - scene.clock.wallMilliseconds() % 3_600_000)
    scene.clock.advance(milliseconds: 10 * 60_000)
    _ = try await scene.pass(after: 0)
    let asked = scene.sandbox.log.gitlab
    for _ in 1...14 { #expect(try await scene.pass().exitCode == .ok) }
    #expect(scene.sandbox.log.gitlab == asked)
    #expect(refusals(scene) == 0)
    scene.sandbox.change { $0.settings.throttleLimit = 600 }
    try await scene.pass(after: 120_000)
    #expect(scene.told == ["at last"])
  }
}
