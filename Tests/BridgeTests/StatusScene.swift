import Changes
import Configuration
import FoundationEssentials
import HTTP
import Platform
import Sandbox
import Store
import TestSupport
import Testing

@testable import Bridge

/// A bridge with a state directory in the test's own folder, and a simulated GitLab and WeCom.
final class StatusScene {
  let clock = ManualClock()
  let sandbox: Sandbox
  let transport: SandboxTransport
  let gitlabURL = "http://gitlab.example.internal"
  let ann: Int
  let docs: Int
  let project: Int
  private(set) var configuration: Configuration

  var stateDirectory: String { configuration.stateDirectory }
  var metricsPath: String { configuration.metricsFile ?? "" }

  init() {
    let clock = clock
    sandbox = Sandbox { clock.wallMilliseconds() }
    transport = SandboxTransport(sandbox, clock: clock)
    (ann, docs, project) = sandbox.change { world in
      let ann = world.addUser("ann")
      let docs = world.addGroup("docs")
      let project = world.addProject("manual", name: "用户手册", in: docs)
      world.push("first commit", of: project, by: ann)
      return (ann, docs, project)
    }
    configuration = Configuration(
      gitlab: GitLabSettings(url: gitlabURL, token: Secret(Sandbox.token)),
      bots: [Bot(name: "docs", key: Secret(Sandbox.key))],
      routes: [RouteSettings(bots: ["docs"], title: "文档站")],
      stateDirectory: TemporaryFolder.path + "/state",
      metricsFile: TemporaryFolder.path + "/gitlab-wecom.prom"
    )
  }

  func setRoutes(_ routes: [RouteSettings]) {
    configuration.routes = routes
  }

  func setStateDirectory(_ name: String) {
    configuration.stateDirectory = TemporaryFolder.path + "/" + name
  }

  func setMetricsFile(_ name: String) {
    configuration.metricsFile = TemporaryFolder.path + "/" + name
  }

  var bridge: GitLabBridge {
    var surroundings = Surroundings(time: clock, transport: transport, jitter: { 0.5 })
    surroundings.version = "1.2.3"
    return GitLabBridge(configuration: configuration, surroundings: surroundings, stop: StopFlag())
  }

  /// Runs one pass, a minute after the last one.
  @discardableResult
  func pass() async throws -> PassReport {
    clock.advance(milliseconds: 60_000)
    return await bridge.run()
  }

  func metrics() throws -> String {
    String(decoding: try Files.read(metricsPath, limit: 1 << 20).bytes, as: UTF8.self)
  }

  /// Makes every file of the state unusable.
  func damageState() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: stateDirectory)
    where name != "lock" {
      try FileReplacement.write(path: "\(stateDirectory)/\(name)", bytes: [0x7B], mode: 0o600)
    }
  }
}
