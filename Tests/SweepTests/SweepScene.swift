import Configuration
import Glibc
import HTTP
import Platform
import Sandbox
import Store
import SweepSupport
import Synchronization
import TestSupport

@testable import Bridge

/// A simulated GitLab and WeCom, and whole passes of the bridge over a disk in memory.
final class SweepScene {
  /// The life of one process: the step at which it dies, and whether it is dead.
  ///
  /// Its steps are the calls on its disk and its requests.
  final class Life: Sendable {
    private struct State {
      var steps = 0
      var end: Int?
      var isOver = false
    }

    private let state: Mutex<State>

    init(endsAt end: Int? = nil) { state = Mutex(State(end: end)) }

    var steps: Int { state.withLock { $0.steps } }
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Returns whether the process lives to take one more step.
    func step() -> Bool {
      state.withLock { state in
        state.steps += 1
        if state.steps == state.end { state.isOver = true }
        return !state.isOver
      }
    }
  }

  /// Carries the requests of one process for as long as it lives.
  private struct MortalTransport: Transport {
    let life: Life
    let transport: any Transport

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      guard life.step() else { throw .cancelled(wasSent: false) }
      let response = try await transport.send(request)
      // A process that dies here has sent its request, and never learns what came of it.
      guard life.step() else { throw .cancelled(wasSent: true) }
      return response
    }
  }

  let clock = ManualClock()
  let sandbox: Sandbox
  var configuration: Configuration
  var disk = MemoryDisk()
  let ann: Int
  /// Projects of the groups `docs` and `platform` in turn.
  let projects: [Int]
  /// Asked before each call on the disk; an errno lets it fail.
  var failure: @Sendable () -> Int32? = { nil }
  private(set) var kills = 0
  /// The webhooks after this one must be told.
  var mark = 0
  private var tokenCount = 0

  static let bots = ["docs", "platform"]

  init(projects count: Int = 2, seed: UInt64 = 1) {
    let clock = clock
    let world = World.Settings()
    sandbox = Sandbox(settings: world, seed: seed) { clock.wallMilliseconds() }
    sandbox.setLogEntryLimit(0)
    for bot in Self.bots {
      sandbox.addBot(bot, key: StageConfiguration.key(of: bot, generation: 0))
    }
    configuration = Configuration(
      gitlab: GitLabSettings(url: world.externalURL, token: Secret(Sandbox.token)),
      wecom: WeComSettings(url: SandboxTransport.wecomURL),
      bots: Self.bots.map {
        Bot(name: $0, key: Secret(StageConfiguration.key(of: $0, generation: 0)))
      },
      routes: Self.bots.map {
        RouteSettings(bots: [$0], projects: [.glob("\($0)/**")], title: "文档站")
      },
      stateDirectory: "/state"
    )
    (ann, projects) = sandbox.change { world in
      world.settings.recordsPayloads = false
      let ann = world.addUser("ann")
      let groups = Self.bots.map { world.addGroup($0) }
      let projects = (0..<count).map { number in
        world.addProject("project-\(number)", name: "手册 \(number)", in: groups[number % 2])
      }
      for project in projects { world.push("first commit", of: project, by: ann) }
      return (ann, projects)
    }
  }

  // MARK: The team

  @discardableResult
  func push(_ number: Int, note: String = "") -> String {
    tokenCount += 1
    let digits = String(tokenCount)
    let token = "t" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    let (project, ann) = (projects[number % projects.count], ann)
    sandbox.change { _ = $0.push("\(token) change\(note)", of: project, by: ann) }
    return token
  }

  func breakBuild(_ number: Int) {
    let token = push(number)
    let (project, ann) = (projects[number % projects.count], ann)
    sandbox.change { world in
      let plan = [World.JobPlan("unit-\(token)", stage: "test")]
      let job = world.startPipeline(of: project, by: ann, jobs: plan).jobs[0]
      world.start(job)
      _ = world.fail(job)
    }
  }

  // MARK: Passes

  /// Runs a process that makes one pass; its life may end on the way.
  @discardableResult
  func pass(_ life: Life = Life(), after milliseconds: Int64 = 60_000) async -> PassReport {
    clock.advance(milliseconds: milliseconds)
    disk.interfere { [failure] in life.step() ? failure() : EIO }
    let report = await bridge(life).run()
    if life.isOver {
      kills += 1
      // The kernel takes back what a dead process held.
      disk = MemoryDisk(disk.content)
    }
    return report
  }

  private func bridge(_ life: Life) -> GitLabBridge {
    var surroundings = Surroundings(
      time: clock,
      transport: MortalTransport(
        life: life,
        transport: SandboxTransport(sandbox, clock: clock)
      ),
      jitter: { 0.5 }
    )
    surroundings.disk = disk
    return GitLabBridge(
      configuration: configuration,
      surroundings: surroundings,
      stop: StopFlag()
    )
  }

  /// The state as the next process will read it.
  func state() throws -> BridgeState {
    let store = try StateStore.openExisting(
      directory: "/state",
      schema: BridgeState.schema,
      disk: MemoryDisk(disk.content)
    )
    defer { store.close() }
    let stored = try store.peek(rebuild: StateStore.rebuild)
    return try StateCoding.fold(checkpoint: stored.checkpoint?.bytes, records: stored.records)
  }

  // MARK: Judging

  /// What a test may set back to.
  struct Moment {
    fileprivate let world: World
    fileprivate let disk: MemoryDisk.Content
    fileprivate let tokenCount: Int
  }

  func moment() -> Moment {
    Moment(world: sandbox.backup(), disk: disk.content, tokenCount: tokenCount)
  }

  /// Sets all back but the clock; nothing has reached WeCom then.
  func restore(_ moment: Moment) {
    sandbox.restore(moment.world)
    sandbox.change { $0.webhooks = moment.world.webhooks }
    sandbox.clearMessages()
    disk = MemoryDisk(moment.disk)
    tokenCount = moment.tokenCount
    failure = { nil }
  }

  func judge(kills: Int? = nil) -> Judge.Verdict {
    let bots = Dictionary(
      uniqueKeysWithValues: projects.enumerated().map { ($1, Self.bots[$0 % 2]) }
    )
    return Judge(webhooks: sandbox.webhooks, after: mark) { bots[$0].map { [$0] } ?? [] }
      .judge(sandbox.received, kills: kills ?? self.kills)
  }
}
