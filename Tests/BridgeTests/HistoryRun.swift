import Changes
import Sandbox
import TestSupport
import Testing

@testable import Bridge

/// One random history of a small GitLab, with passes in between, and what must have come of it.
final class HistoryRun {
  let seed: UInt64
  let scene: PassScene
  let oracle: HistoryOracle
  var chance: HistoryChance
  /// Users who can still do things.
  var users: [Int]
  var groups: [Int]
  var projects: [Int]
  /// Bridges and external statuses that have not run.
  var bridges: [Int] = []
  var externals: [Int] = []
  /// When the running jobs were started.
  var starts: [Int: Int64] = [:]
  var count = 0
  /// When the watch began.
  private(set) var beganAt: Int64 = 0
  private var steps: [String] = []
  private var considered = 0
  private var waiting: [RecordedWebhook] = []
  private var told = 0
  private(set) var messageCount = 0

  init(seed: UInt64) {
    self.seed = seed
    var chance = HistoryChance(seed: seed)
    let world = Self.settings(&chance)
    let routing = HistoryOracle.Routing.allCases[Int(seed % 5)]
    scene = PassScene(
      settings: world,
      routes: Self.routes(routing),
      seed: seed,
      skew: Int64(chance.int(-600...600)) * 1000
    )
    scene.messagesPerMinute = 100_000
    scene.settings.deadlineMilliseconds = nil
    scene.settings.maxAgeMilliseconds = 0
    oracle = HistoryOracle(routing: routing, externalURL: world.externalURL)
    let projectCount = chance.int(0...4)
    users = [scene.ann]
    groups = [scene.docs]
    projects = [scene.project]
    self.chance = chance
    scene.sandbox.change { world in
      users += ["bob", "carol", "dave"].map { world.addUser($0) }
      groups += [world.addGroup("platform"), world.addGroup("team", in: groups[0])]
    }
    for _ in 0..<projectCount { addProject() }
  }

  private static func settings(_ chance: inout HistoryChance) -> World.Settings {
    var world = World.Settings(
      externalURL: "http://gitlab.example.internal" + (chance.oneIn(3) ? "/gitlab" : "")
    )
    world.version = chance.pick(["15.11.13", "16.7.2", "17.11.2", "18.4.0"]) ?? world.version
    world.utcOffset = chance.oneIn(3) ? 480 : 0
    let limit = chance.oneIn(3) ? chance.int(1...6) : 3
    world.eventActivitiesLimit = limit
    world.eventHooksLimit = limit
    world.refusesUnknownRanges = chance.oneIn(2)
    world.messagesPerMinute = 1_000_000
    world.recordsPayloads = false
    return world
  }

  private static func routes(_ routing: HistoryOracle.Routing) -> [Route] {
    switch routing {
    case .plain:
      [Route(bots: ["docs"], title: "文档站")]
    case .titles:
      [
        Route(bots: ["docs"], projects: [ProjectPattern("docs/**")], title: "文档站"),
        Route(bots: ["docs"]),
      ]
    case .branches:
      [Route(bots: ["docs"], branches: BranchFilter(["*", "!wip/**"]), title: "文档站")]
    case .pushes:
      [Route(bots: ["docs"], events: [.push], title: "文档站")]
    case .builds:
      [Route(bots: ["docs"], events: [.build], title: "文档站")]
    }
  }

  /// Runs the whole history and returns how many messages it gave.
  func run() async throws -> Int {
    for _ in 0..<chance.int(0...10) { try await step() }
    scene.clock.advance(milliseconds: 2000)
    _ = try await scene.pass(after: 0)
    considered = scene.sandbox.webhooks.count
    beganAt = scene.sandbox.now
    #expect(scene.sandbox.messages().isEmpty, "seed \(seed): the baseline told something")
    for _ in 0..<chance.int(30...80) {
      try await step()
      scene.clock.advance(milliseconds: chance.pause())
      if chance.oneIn(6) { try await look() }
      if isOver { return messageCount }
    }
    scene.clock.advance(milliseconds: 11 * 60_000)
    try await look()
    guard !isOver else { return messageCount }
    #expect(waiting.isEmpty, "seed \(seed): webhooks of projects never seen")
    let quiet = try await scene.pass(after: 30 * 60_000)
    #expect(quiet.posted == 0, "seed \(seed): told something twice")
    return messageCount
  }

  /// Whether a difference was found: what follows is of no use.
  private(set) var isOver = false

  /// Runs a pass and compares what it posted with what the webhooks say.
  func look() async throws {
    guard beganAt > 0, !isOver else { return }
    scene.sandbox.clearLog()
    let report = try await scene.pass(after: 0)
    #expect(report.exitCode == .ok, "seed \(seed): \(report.sayings)")
    let hooks = scene.sandbox.webhooks
    waiting += hooks[considered...]
    considered = hooks.count
    let known = Set(try scene.state.projects.keys)
    let now = scene.sandbox.now
    let due = waiting.filter { $0.time <= now && known.contains($0.projectID) }
    waiting.removeAll { $0.time <= now && known.contains($0.projectID) }
    let expected = HistoryOracle.sorted(due).compactMap(oracle.message)
    let actual = Array(scene.sandbox.messages()[told...])
    told += actual.count
    messageCount += actual.count
    compare(Self.grouped(actual), with: Self.grouped(expected))
    note("pass: \(actual.count) told")
  }

  /// Looks, and returns whether all that happened in a project has been told.
  ///
  /// A new project is found within ten minutes; what vanishes before is not told.
  func hasSeen(_ project: Int?) async throws -> Bool {
    try await look()
    return !waiting.contains { project == nil || $0.projectID == project }
  }

  private func compare(_ actual: [String: [String]], with expected: [String: [String]]) {
    for name in Set(actual.keys).union(expected.keys).sorted() {
      let got = actual[name] ?? []
      let wanted = expected[name] ?? []
      guard got != wanted else { continue }
      isOver = true
      Issue.record(
        """
        seed \(seed), \(name), GitLab \(scene.sandbox.change { $0.settings.version })
        lost: \(wanted.filter { !got.contains($0) }.map(Self.brief))
        extra: \(got.filter { !wanted.contains($0) }.map(Self.brief))
        got \(got.count), wanted \(wanted.count)
        \(steps.suffix(40).joined(separator: "\n"))
        \(scene.sandbox.log.entries.map { "\($0.status) \($0.target)" }.joined(separator: "\n"))
        """
      )
    }
  }

  /// The messages by project address and kind.
  private static func grouped(_ messages: [String]) -> [String: [String]] {
    Dictionary(grouping: messages) { message in
      let lines = message.split(separator: "\n")
      return String(lines[1]) + (lines[0].contains("push") ? " push" : " build")
    }
  }

  private static func brief(_ message: String) -> String {
    message.split(separator: "\n").suffix(2).joined(separator: " ")
  }

  func note(_ text: String) {
    steps.append("\(scene.sandbox.now) \(text)")
  }

  func addProject() {
    count += 1
    let group = chance.pick(groups) ?? scene.docs
    let user = chance.pick(users) ?? scene.ann
    let name = chance.pick(["手册 \(count)", "Array<Int> \(count)", "api-\(count)"]) ?? "api"
    let commits = chance.int(0...3)
    let project = scene.sandbox.change { world in
      let id = world.addProject("project-\(count)", name: name, in: group)
      if commits > 0 {
        world.push((1...commits).map { "start \($0) of \(id)" }, of: id, by: user)
      }
      return id
    }
    projects.append(project)
    note("project \(project) in group \(group) with \(commits) commits")
  }
}
