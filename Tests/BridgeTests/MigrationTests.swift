import Changes
import Configuration
import FoundationEssentials
import Store
import TestSupport
import Testing

@testable import Bridge

/// A state directory that a program of the first schema has left.
@Suite(.temporaryFolder) struct MigrationTests {
  private func rows(_ rows: [Sighting]) -> String {
    "[" + rows.map { "[\($0.id),\($0.at.milliseconds)]" }.joined(separator: ",") + "]"
  }

  /// Writes a state with objects for cursors, as the first schema has them.
  private func firstSchema(_ state: BridgeState) throws -> String {
    let encoder = StateCoding.makeEncoder()
    var text = String(decoding: try StateCoding.encode(state, with: encoder), as: UTF8.self)
    for project in state.projects.values {
      let (pushes, jobs) = (try #require(project.pushes), try #require(project.jobs))
      let pipelines = try #require(project.pipelines)
      let newest = try #require(pushes.newest)
      for (name, list, object) in [
        (
          "pushes", try encoder.encode(pushes),
          """
          {"floor":\(pushes.floor),"newest":[\(newest.id),\(newest.at.milliseconds)],\
          "seen":\(rows(pushes.seen))}
          """
        ),
        (
          "jobs", try encoder.encode(jobs),
          """
          {"began":\(jobs.began.milliseconds),"readTo":\(jobs.readTo.milliseconds),\
          "seen":\(rows(jobs.seen))}
          """
        ),
        (
          "pipelines", try encoder.encode(pipelines),
          """
          {"movedTo":\(pipelines.movedTo.milliseconds),"seen":\(rows(pipelines.seen)),\
          "underWay":\(rows(pipelines.underWay))}
          """
        ),
      ] {
        let present = "\"\(name)\":" + String(decoding: list, as: UTF8.self)
        #expect(text.contains(present))
        text = text.replacing(present, with: "\"\(name)\":" + object)
      }
    }
    return text
  }

  /// Takes the state of a directory out of it and leaves one of the first schema in its place.
  private func setBack(_ directory: String) throws {
    var state = BridgeState()
    do {
      let store = try StateStore.open(directory: directory, schema: BridgeState.schema)
      defer { store.close() }
      #expect(try store.lock(now: 0) == .acquired)
      let stored = try store.load(rebuild: StateStore.rebuild)
      state = try StateCoding.fold(checkpoint: stored.checkpoint?.bytes, records: stored.records)
    }
    let text = Array(try firstSchema(state).utf8)
    #expect(try StateCoding.fold(checkpoint: text, records: []) == state)
    try FileManager.default.removeItem(atPath: directory)
    let store = try StateStore.open(directory: directory, schema: 1)
    defer { store.close() }
    #expect(try store.lock(now: 0) == .acquired)
    _ = try store.load { _, _ in [] }
    for _ in 0..<2 { try store.checkpoint(text) }
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
  }

  @Test func `a state of the first schema is read, written anew at once, and recovered`()
    async throws
  {
    let scene = BridgeScene()
    let directory = scene.configuration.stateDirectory
    #expect(await scene.bridge().run().exitCode == .ok)
    scene.push("one")
    scene.failBuild()
    #expect(await scene.bridge().run().exitCode == .ok)
    #expect(scene.told == ["one", "build: one"])
    try setBack(directory)
    #expect(try text(directory + "/state.json").contains("\"schema\":1,"))
    #expect(try text(directory + "/state.json").contains("{\"floor\":"))

    #expect(await scene.bridge().run().exitCode == .ok)
    #expect(scene.told == ["one", "build: one"])
    // A pass without news writes no state as a rule; this one has the older one to replace.
    #expect(try text(directory + "/state.json").contains("\"schema\":2,"))
    #expect(try text(directory + "/state.json.prev").contains("\"schema\":1,"))
    scene.push("two")

    try FileManager.default.removeItem(atPath: directory + "/state.json")
    let recovered = await scene.bridge().run()
    #expect(recovered.exitCode == .ok)
    #expect(recovered.sayings.map(\.event) == ["state.recovered"])
    #expect(scene.told == ["one", "build: one", "two"])
    #expect(await scene.bridge().run().sayings.isEmpty)
    #expect(scene.told == ["one", "build: one", "two"])
  }
}
