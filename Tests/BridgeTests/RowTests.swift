import Configuration
import Platform
import Sandbox
import Store
import TestSupport
import Testing

@testable import Bridge

/// Rows of the fault catalogue that concern whole passes and no other suite.
@Suite(.temporaryFolder) struct RowTests {
  @Test func `36: a pass that has held the lock for over 15 minutes is said, with 75`() async throws
  {
    let scene = BridgeScene()
    let store = try StateStore.open(
      directory: scene.configuration.stateDirectory,
      schema: BridgeState.schema
    )
    defer { store.close() }
    let began = scene.clock.wallMilliseconds()
    #expect(try store.lock(now: began) == .acquired)
    let early = await scene.bridge(after: 15 * 60_000).run()
    #expect(early.wasBusy && early.exitCode == .ok && early.sayings.isEmpty)
    let late = await scene.bridge(after: 1000).run()
    #expect(late.wasBusy && late.exitCode == .busy)
    #expect(
      late.sayings.map(\.text) == [
        """
        another pass has been at work since \(LocalTime.full(began)) (process \
        \(Executable.processID)); if it hangs, stop it: nothing is lost
        """
      ]
    )
    #expect(scene.sandbox.log.total == 0)
  }

  @Test func `28: a state restored from last week's backup tells all since then, in digests`()
    async throws
  {
    let scene = PassScene()
    scene.settings.digestAbove = 5
    try await scene.pass()
    let backup = try scene.state
    let hour: Int64 = 3_600_000
    for number in 0..<6 {
      scene.push("told before \(number)")
      try await scene.pass(after: 24 * hour)
    }
    let before = scene.told
    #expect(before.count == 6)

    try scene.log.checkpoint(StateCoding.encode(backup, with: StateCoding.makeEncoder()))
    for number in 0..<4 { scene.push("new \(number)") }
    let report = try await scene.pass()
    #expect(report.exitCode == .ok)
    #expect(report.inDigests == 10)
    let digests = scene.sandbox.messages().dropFirst(6)
    let lines = digests.flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("> ") }
    let texts = (0..<6).map { "told before \($0)" } + (0..<4).map { "new \($0)" }
    #expect(lines.count == texts.count)
    for (line, text) in zip(lines, texts) { #expect(line.contains("[\(text)](")) }
  }

  @Test(arguments: [-600_000, 600_000] as [Int64])
  func `44: a GitLab whose clock is ten minutes off loses and doubles nothing`(
    _ skew: Int64
  ) async throws {
    let scene = PassScene(skew: skew)
    try await scene.pass()
    for number in 0..<12 {
      scene.push("push \(number)")
      scene.failBuild()
      try await scene.pass(after: number.isMultiple(of: 3) ? 700_000 : 60_000)
    }
    // Builds of a quiet minute are looked for within five.
    for _ in 0..<6 { try await scene.pass() }
    let told = scene.told
    #expect(told.filter { $0.hasPrefix("push") } == (0..<12).map { "push \($0)" })
    #expect(told.filter { $0.hasPrefix("build") } == (0..<12).map { "build: push \($0)" })
  }
}
