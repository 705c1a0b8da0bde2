import Configuration
import Platform
import Sandbox
import TestSupport

@testable import Bridge

/// A simulated GitLab and WeCom, and the whole bridge over a state directory on disk.
struct BridgeScene {
  let clock = ManualClock()
  let sandbox: Sandbox
  var configuration: Configuration
  let ann: Int
  let docs: Int
  let project: Int

  /// Makes the scene in the temporary folder of the running test, with one commit in its project.
  init(routes: [RouteSettings] = [RouteSettings(bots: ["docs"], title: "文档站")]) {
    let clock = clock
    let world = World.Settings()
    let sandbox = Sandbox(settings: world) { clock.wallMilliseconds() }
    self.sandbox = sandbox
    configuration = Configuration(
      gitlab: GitLabSettings(url: world.externalURL, token: Secret(Sandbox.token)),
      wecom: WeComSettings(url: SandboxTransport.wecomURL),
      bots: [Bot(name: "docs", key: Secret(Sandbox.key))],
      routes: routes,
      stateDirectory: TemporaryFolder.path + "/state"
    )
    (ann, docs, project) = sandbox.change { world in
      let ann = world.addUser("ann")
      let docs = world.addGroup("docs")
      let project = world.addProject("manual", name: "用户手册", in: docs)
      world.push("before the watch", of: project, by: ann)
      return (ann, docs, project)
    }
  }

  /// The bridge as a process of its own would have it, a minute after the last.
  func bridge(after milliseconds: Int64 = 60_000) -> GitLabBridge {
    clock.advance(milliseconds: milliseconds)
    return GitLabBridge(
      configuration: configuration,
      surroundings: Surroundings(
        time: clock,
        transport: SandboxTransport(sandbox, clock: clock),
        jitter: { 0.5 }
      ),
      stop: StopFlag()
    )
  }

  /// Pushes one commit.
  func push(_ message: String) {
    sandbox.change { world in _ = world.push(message, of: project, by: ann) }
  }

  /// Runs a pipeline of one job that fails.
  func failBuild() {
    let job = sandbox.change { world in
      world.startPipeline(of: project, by: ann, jobs: [World.JobPlan("unit")]).jobs[0]
    }
    clock.advance(milliseconds: 1000)
    sandbox.change { $0.start(job) }
    clock.advance(milliseconds: 1000)
    sandbox.change { _ = $0.fail(job) }
  }

  /// The commit messages that the group has read, in order; digests count as `digest`.
  var told: [String] {
    sandbox.messages().map { content in
      let line = content.split(separator: "\n").first { $0.hasPrefix("- 提交信息: ") }
      let kind = content.contains(">failed<") ? "build: " : ""
      return line.map { kind + $0.dropFirst("- 提交信息: ".count).dropLast() } ?? "digest"
    }
  }
}
