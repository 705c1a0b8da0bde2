import Changes
import GitLab
import HTTP
import Platform
import Sandbox
import TestSupport
import Testing
import WeCom

@testable import Bridge

/// A simulated GitLab and WeCom, a state in memory, and passes of the bridge between them.
final class PassScene {
  let clock: ManualClock
  let sandbox: Sandbox
  let transport: SandboxTransport
  let log = DeliverLog()
  var settings: PassSettings
  /// Messages a minute that the bot is allowed.
  var messagesPerMinute = 18
  /// What stands between the bridge and the sandbox; nil for the sandbox itself.
  var detour: (any Transport)?
  /// Told to the passes.
  var stop = StopFlag()
  /// Told by the passes.
  var observer = PassObserver()
  /// A user of the simulated GitLab, and a project of the group `docs`.
  let ann: Int
  let docs: Int
  let project: Int

  /// Makes the scene, with a first commit in its project.
  ///
  /// GitLab's clock goes on evenly whatever is done to ours, `skew` milliseconds ahead of it.
  init(
    settings world: World.Settings = World.Settings(),
    routes: [Route] = [Route(bots: ["docs"], title: "文档站")],
    seed: UInt64 = 1,
    skew: Int64 = 0
  ) {
    let clock = ManualClock()
    let zero = clock.wallMilliseconds() - clock.bootMilliseconds() + skew
    self.clock = clock
    sandbox = Sandbox(settings: world, seed: seed) { zero + clock.bootMilliseconds() }
    transport = SandboxTransport(sandbox, clock: clock)
    settings = PassSettings(
      gitlabURL: world.externalURL,
      routes: RouteTable(routes),
      selectors: "test",
      digestAbove: 0
    )
    (ann, docs, project) = sandbox.change { world in
      let ann = world.addUser("ann")
      let docs = world.addGroup("docs")
      let project = world.addProject("manual", name: "用户手册", in: docs)
      world.push("first commit", of: project, by: ann)
      return (ann, docs, project)
    }
  }

  /// The state as the next pass will find it.
  var state: BridgeState {
    get throws { try log.fold() }
  }

  /// Runs one pass, a minute after the last one, as a process of its own would.
  @discardableResult
  func pass(after milliseconds: Int64 = 60_000) async throws -> PassReport {
    clock.advance(milliseconds: milliseconds)
    let keeper = StateKeeper(state: try log.fold(), log: log, records: log.records.count)
    let transport: any Transport = detour ?? transport
    let client = GitLabClient(
      baseURL: settings.gitlabURL,
      token: AccessToken(Sandbox.token),
      transport: transport
    )
    let wecom = try WeComClient(transport: transport, base: SandboxTransport.wecomURL)
    let key = try #require(WebhookKey(Sandbox.key))
    return try await Pass(
      settings: settings,
      keeper: keeper,
      client: client,
      mailboxes: [
        Mailbox(
          name: "docs",
          host: SandboxTransport.wecomURL,
          keyDigest: "1",
          messagesPerMinute: messagesPerMinute,
          post: { content, _ in await wecom.post(content, key: key) }
        )
      ],
      time: clock,
      jitter: { 0.5 },
      stop: stop,
      observer: observer,
      started: clock.bootMilliseconds()
    ).run()
  }
}
