import Configuration
import FoundationEssentials
import Sandbox
import TestSupport
import Testing

@testable import Bridge

@Suite(.temporaryFolder) struct BaselineTests {
  @Test func `GitLab is taken anew and what waits is kept`() async {
    let scene = BridgeScene()
    _ = await scene.bridge().run()
    scene.sandbox.removeBot(key: Sandbox.key)
    scene.push("waits")
    _ = await scene.bridge().run()
    scene.push("never told")
    let report = await scene.bridge().baseline(projects: [])
    #expect(report.isFirst)
    #expect(
      report.sayings.map(\.text) == [
        "watching 1 project from now on; what happened before is not told"
      ]
    )
    scene.sandbox.addBot("docs", key: Sandbox.key)
    scene.push("after")
    _ = await scene.bridge(after: 16 * 60_000).run()
    #expect(scene.told == ["waits", "after"])
  }

  @Test func `a restored GitLab stops its projects until their baseline is taken`() async {
    let scene = BridgeScene()
    let backup = scene.sandbox.backup()
    _ = await scene.bridge().run()
    for number in 1...3 {
      scene.push("lost with the database \(number)")
    }
    _ = await scene.bridge().run()
    scene.sandbox.restore(backup)
    #expect(await scene.bridge(after: 1_200_000).run().exitCode == .ok)
    scene.push("under an id that was given before")
    let rewound = await scene.bridge().run()
    #expect(rewound.exitCode == .failed)
    #expect(
      rewound.sayings.map(\.text) == [
        """
        docs/manual: the ids of GitLab's events went back, as after a restored backup; the \
        project is not read until you run: gitlab-wecom baseline --project docs/manual
        """
      ]
    )
    #expect(await scene.bridge().run().exitCode == .failed)

    let baseline = await scene.bridge().baseline(projects: ["docs/manual"])
    #expect(baseline.exitCode == .ok)
    scene.push("after the restore")
    #expect(await scene.bridge().run().exitCode == .ok)
    #expect(scene.told.last == "after the restore")
    #expect(scene.told.count == 4)
  }

  @Test func `a damaged state is refused, set aside by a baseline, and never begun by itself`()
    async throws
  {
    let scene = BridgeScene()
    _ = await scene.bridge().run()
    let folder = scene.configuration.stateDirectory
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name != "lock" {
      try Data("rubbish".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
    let refused = await scene.bridge().run()
    #expect(refused.exitCode == .damaged)
    #expect(refused.sayings.first?.text.contains("gitlab-wecom baseline") == true)
    let partly = await scene.bridge().baseline(projects: ["docs/manual"])
    #expect(partly.exitCode == .damaged)
    let report = await scene.bridge().baseline(projects: [])
    #expect(report.exitCode == .ok)
    #expect(report.isFirst)
    scene.push("after")
    _ = await scene.bridge().run()
    #expect(scene.told == ["after"])
  }

  @Test func `an unknown project is named`() async {
    let scene = BridgeScene()
    _ = await scene.bridge().run()
    let report = await scene.bridge().baseline(projects: ["docs/nothing"])
    #expect(report.exitCode == .failed)
    #expect(
      report.sayings.map(\.text) == ["no project \"docs/nothing\" is watched; check the path"]
    )
  }

  @Test func `26: another GitLab is refused with 78 until its baseline is taken`() async {
    var scene = BridgeScene()
    _ = await scene.bridge().run()
    scene.push("news")
    let other = BridgeScene()
    other.sandbox.change { world in
      world.renameProject(other.project, path: "another")
    }
    scene.configuration.gitlab.url = "http://gitlab.example.org"
    let bridge = GitLabBridge(
      configuration: scene.configuration,
      surroundings: Surroundings(
        time: scene.clock,
        transport: SandboxTransport(
          other.sandbox,
          clock: scene.clock,
          gitlabURL: "http://gitlab.example.org"
        ),
        jitter: { 0.5 }
      ),
      stop: StopFlag()
    )
    let refused = await bridge.run()
    #expect(refused.exitCode == .configuration)
    #expect(
      refused.sayings.map(\.text) == [
        """
        the state belongs to another GitLab, http://gitlab.example.internal: of \
        http://gitlab.example.org, it knows project 1 as docs/another; use another [state] \
        directory, or run "gitlab-wecom baseline" to begin anew here
        """
      ]
    )
    #expect(await bridge.baseline(projects: []).exitCode == .ok)
    #expect(await bridge.run().exitCode == .ok)
  }

  @Test func `a new address that cannot be reached keeps nothing that waits`() async {
    var scene = BridgeScene()
    _ = await scene.bridge().run()
    scene.push("waits")
    scene.sandbox.add(Fault(.errcode(-1, "system busy"), at: [.wecomSend]))
    #expect(await scene.bridge().run().exitCode == .failed)
    scene.sandbox.clearFaults()
    scene.configuration.gitlab.url = "http://gitlab.example.org"
    let report = await scene.bridge().run()
    #expect(scene.told == ["waits"])
    #expect(report.exitCode == .unreachable)
    #expect(report.sayings.map(\.event) == ["gitlab.down", "wecom.failing.over"])
    // The old address is the same GitLab still.
    scene.configuration.gitlab.url = "http://gitlab.example.internal"
    scene.push("later")
    #expect(await scene.bridge().run().exitCode == .ok)
    #expect(scene.told == ["waits", "later"])
  }

  @Test func `the same GitLab by another address goes on where it was`() async {
    var scene = BridgeScene()
    _ = await scene.bridge().run()
    scene.push("news")
    scene.configuration.gitlab.url = "http://gitlab.example.org"
    scene.clock.advance(milliseconds: 60_000)
    let bridge = GitLabBridge(
      configuration: scene.configuration,
      surroundings: Surroundings(
        time: scene.clock,
        transport: SandboxTransport(
          scene.sandbox,
          clock: scene.clock,
          gitlabURL: "http://gitlab.example.org"
        ),
        jitter: { 0.5 }
      ),
      stop: StopFlag()
    )
    #expect(await bridge.run().exitCode == .ok)
    #expect(scene.told == ["news"])
  }
}
