import Changes
import Sandbox
import TestSupport
import Testing

@testable import Bridge

/// One run of the model: a restless GitLab that fails often, passes at random, and at the end the
/// question whether every message was posted once and in order.
final class ModelRun {
  private let seed: UInt64
  private let scene: PassScene
  private let world: ModelWorld
  private let oracle: HistoryOracle
  private var before = 0
  /// What was found, by pass: ids of pushes and of builds.
  private var finds: [(pushes: [Int64], builds: [Int64])] = []

  init(seed: UInt64) {
    self.seed = seed
    var chance = HistoryChance(seed: seed &+ 0x5EED)
    var settings = World.Settings()
    settings.version = chance.pick(["15.11.13", "16.7.2", "17.11.2", "18.4.0"]) ?? "17.11.2"
    settings.missedActivityEvery = chance.oneIn(3) ? 5 : 0
    settings.messagesPerMinute = 1_000_000
    settings.recordsPayloads = false
    scene = PassScene(
      settings: settings,
      seed: seed,
      skew: Int64(chance.int(-600...600)) * 1000
    )
    scene.messagesPerMinute = 100_000
    scene.settings.maxAgeMilliseconds = 0
    // One question at a time, so that a seed gives the same run again.
    scene.settings.concurrency = 1
    scene.sandbox.setLogEntryLimit(0)
    world = ModelWorld(scene, seed: seed)
    scene.detour = ModelTransport(
      gitlabURL: settings.externalURL,
      world: world,
      next: scene.transport
    )
    oracle = HistoryOracle(routing: .plain, externalURL: settings.externalURL)
    scene.settings.portion = chance.pick([1, 2, 3, 1000]) ?? 1000
  }

  /// Takes a number of steps, and returns how many there were and how many messages they gave.
  func run(steps: Int) async throws -> (steps: Int, messages: Int) {
    try await scene.pass(after: 2000)
    before = scene.sandbox.webhooks.count
    world.setRestless(true)
    while world.steps < steps {
      for _ in 0..<world.draw({ $0.int(20...140) }) { world.step() }
      if world.draw({ $0.oneIn(4) }) { changeFaults() }
      scene.settings.deadlineMilliseconds = world.draw { chance in
        chance.pick([nil, 50_000, 50_000, 10_000, 2_000]) ?? nil
      }
      try await pass()
    }
    world.settle()
    scene.settings.deadlineMilliseconds = nil
    // Long enough for every late row, rest, hold and slow round to be over.
    for minutes in [3, 20, 5 * 60, 5 * 60] {
      scene.clock.advance(milliseconds: Int64(minutes) * 60_000)
      try await pass()
    }
    check()
    return (world.steps, scene.sandbox.messages().count)
  }

  private func pass() async throws {
    try await scene.pass(after: 1)
    let known = finds.reduce(0) { $0 + $1.pushes.count + $1.builds.count }
    let news = scene.log.found.dropFirst(known)
    finds.append(
      (
        news.filter { $0.kind == .push }.map(\.id),
        news.filter { $0.kind == .build }.map(\.id)
      )
    )
  }

  // MARK: Faults

  /// Lets about three in ten answers of GitLab fail, in one of many ways, or none.
  private func changeFaults() {
    scene.sandbox.clearFaults()
    guard !world.draw({ $0.oneIn(4) }) else { return }
    let share = world.draw { $0.oneIn(6) ? 1.0 : 0.3 }
    for _ in 0..<3 {
      let effect = world.draw(Self.effect)
      let isRare = share == 1
      scene.sandbox.add(
        Fault(
          effect,
          at: world.draw { $0.oneIn(2) } ? Fault.gitlab : world.draw(Self.endpoints),
          times: isRare ? world.draw { $0.int(1...12) } : nil,
          probability: isRare ? 1 : share / 3
        )
      )
    }
    if world.draw({ $0.oneIn(3) }) {
      scene.sandbox.add(
        Fault(world.draw(Self.wecomEffect), at: [.wecomSend], probability: 0.3)
      )
    }
  }

  private static func endpoints(_ chance: inout HistoryChance) -> Set<Endpoint> {
    [chance.pick(Array(Fault.gitlab).sorted { $0.rawValue < $1.rawValue }) ?? .events]
  }

  private static func effect(_ chance: inout HistoryChance) -> Fault.Effect {
    let cut = chance.int(0...400)
    let after = chance.pick(["0", "1", "30", "-5", "99999999", "soon", nil]) ?? nil
    return chance.weigh([
      (6, .answer(.html(502, title: "Bad Gateway"))),
      (6, .answer(SandboxReply(status: chance.pick([500, 502, 503, 504]) ?? 500))),
      (2, .answer(.html(200, title: "Sign in"))),
      (6, .afterwards(.cut(afterBodyBytes: cut))),
      (6, .afterwards(.cutWithoutLength(afterBodyBytes: cut))),
      (3, .limited(retryAfter: after)),
      (3, .throttled(retryAfter: after)),
      (3, .instead(.close)), (3, .afterwards(.reset)), (2, .instead(.stall)),
      (1, .answer(SandboxReply(status: 401))), (1, .answer(SandboxReply(status: 404))),
      (1, .notModified), (1, .afterwards(.endless)), (2, .delayed(milliseconds: 4000)),
      (1, .redirected(status: 302, location: "http://elsewhere.example/")),
      (1, .altered(status: nil, headers: [SandboxRequest.Header("Content-Type", "text/html")])),
    ])
  }

  private static func wecomEffect(_ chance: inout HistoryChance) -> Fault.Effect {
    chance.weigh([
      (2, .errcode(-1, "system busy")), (2, .errcode(45009, "api freq out of limit")),
      (1, .instead(.reset)), (1, .answer(.html(502, title: "Bad Gateway"))),
    ])
  }

  // MARK: The end

  private func check() {
    let hooks = Array(scene.sandbox.webhooks[before...])
    let expected = hooks.compactMap(oracle.message)
    let actual = scene.sandbox.messages()
    var rest: [String: Int] = [:]
    for message in expected { rest[message, default: 0] += 1 }
    for message in actual { rest[message, default: 0] -= 1 }
    let lost = rest.filter { $0.value > 0 }
    let doubled = rest.filter { $0.value < 0 }
    #expect(lost.isEmpty, "seed \(seed): lost")
    #expect(doubled.isEmpty, "seed \(seed): told twice, or never happened")
    checkOrder(hooks)
  }

  /// Pushes are told in the order of their ids, but for rows that could not be seen before; builds
  /// found together in the order in which they ended.
  private func checkOrder(_ hooks: [RecordedWebhook]) {
    let pushes = Dictionary(
      hooks.filter { $0.kind == .push }.map { (Int64($0.rowID ?? 0), $0) }
    ) { first, _ in first }
    let builds = Dictionary(
      hooks.filter { $0.kind == .build }.map { (Int64($0.rowID ?? 0), $0) }
    ) { first, _ in first }
    let toldPushes = Dictionary(
      grouping: finds.flatMap(\.pushes).compactMap { pushes[$0] },
      by: \.projectID
    )
    for (project, told) in toldPushes {
      for (earlier, later) in zip(told, told.dropFirst())
      where (later.rowID ?? 0) < (earlier.rowID ?? 0) {
        #expect(later.time > earlier.time, "seed \(seed): pushes of \(project) out of order")
      }
    }
    for find in finds {
      let ends = Dictionary(grouping: find.builds.compactMap { builds[$0] }, by: \.projectID)
      for (project, told) in ends {
        #expect(
          told.map(\.rowID) == HistoryOracle.sorted(told).map(\.rowID),
          "seed \(seed): builds of \(project) out of order"
        )
      }
    }
  }
}
