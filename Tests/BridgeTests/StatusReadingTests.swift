import Platform
import Store
import TestSupport
import Testing

@testable import Bridge

/// `status` over a real state directory.
@Suite(.temporaryFolder) struct StatusReadingTests {
  private let scene = StatusScene()

  @Test func `without a state directory there is nothing, and nothing is created`() {
    let report = scene.bridge.status()
    #expect(report.exitCode == .ok)
    #expect(report.state.watchedSince == nil)
    #expect(!Files.exists(scene.stateDirectory))
  }

  @Test func `after a pass it says what that did`() async throws {
    try await scene.pass()
    let report = scene.bridge.status()
    #expect(report.running == nil)
    #expect(report.state.generation == 1)
    #expect(report.state.bytes > 100)
    #expect(report.lastPass?.exitCode == 0)
    #expect(report.lastPass?.requests ?? 0 > 2)
    #expect(report.token?.name == "wecom-bridge")
    #expect(report.projects.map(\.path) == ["docs/manual"])
    #expect(report.projects.first?.pushes != nil)
    #expect(report.bots.map(\.name) == ["docs"])
  }

  @Test func `while a pass runs it reads all the same, and says since when`() async throws {
    try await scene.pass()
    let before = scene.bridge.status()
    let store = try StateStore.open(
      directory: scene.stateDirectory,
      schema: BridgeState.schema
    )
    defer { store.close() }
    let since = scene.clock.wallMilliseconds()
    #expect(try store.lock(now: since) == .acquired)
    var during = scene.bridge.status()
    #expect(during.running?.since == .init(since))
    #expect(during.running?.processID ?? 0 > 1)
    during.running = nil
    #expect(during == before)
  }

  @Test func `a damaged state is told, with what to do`() async throws {
    try await scene.pass()
    try scene.damageState()
    let report = scene.bridge.status()
    #expect(report.exitCode == .damaged)
    #expect(report.failure?.contains("restore the whole directory from a backup") == true)
  }
}
