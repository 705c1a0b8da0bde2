internal import Synchronization
internal import Testing
internal import WeCom

@testable import Bridge

@Suite struct DeliverCrashTests {
  /// A world in which everything happens once: two bots, digests, refusals, a rate limit.
  private static func scene() -> DeliverScene {
    var scene = DeliverScene(bots: ["docs", "ops"]) { bot, content, number in
      if content.contains("message 3 ") { return .messageRefused(code: 40058, text: "too long") }
      return switch number {
      case 1: .refusedForNow(code: -1)
      case 3: .surelyNotSent(reason: "connection refused")
      case 5 where bot == "ops": .rateLimited(code: 45009)
      case 6: .needsOperator(code: 93000, text: "invalid webhook url")
      default: .sent
      }
    }
    scene.digestAbove = 6
    scene.messagesPerMinute = 3
    return scene
  }

  private static func prepare(_ scene: DeliverScene) throws {
    let keeper = try scene.keeper()
    try scene.queue(6, for: "docs", in: keeper)
    try scene.queue(8, for: "ops", in: keeper)
  }

  /// Passes until nothing waits; returns the number of crashes.
  private static func run(_ scene: DeliverScene, deaths: [DeliverLog.Death]) async throws -> Int {
    var deaths = deaths[...]
    var crashes = 0
    scene.log.death = deaths.popFirst()
    for _ in 0..<200 {
      do {
        let keeper = try scene.keeper()
        let until = scene.clock.bootMilliseconds() + 50_000
        _ = try await scene.courier(keeper).deliver(until: until)
        try #require(try scene.log.fold() == keeper.state)
        #expect(Balance.breaches(in: keeper.state).isEmpty)
        if keeper.state.bots.values.allSatisfy({ $0.queue.isEmpty }) { return crashes }
      } catch is DeliverLog.Crash {
        crashes += 1
        scene.log.death = deaths.popFirst().map {
          .init(append: scene.log.appendCount + $0.append, keepsRecord: $0.keepsRecord)
        }
      }
      scene.clock.pass(120_000)
    }
    Issue.record("something still waits")
    return crashes
  }

  /// Counts the texts shown more than once, and checks that the rest is whole and in order.
  private static func doubles(_ scene: DeliverScene, _ state: BridgeState) throws -> Int {
    var doubles = 0
    var digested = 0
    for bot in ["docs", "ops"] {
      var seen: [String] = []
      for content in scene.wecom.shown(by: bot) {
        if seen.contains(content) {
          // Only the very last text may come again: the one that was in flight.
          #expect(seen.last == content)
          doubles += 1
        } else {
          seen.append(content)
        }
      }
      if bot == "docs" {
        #expect(seen == [1, 2, 4, 5, 6].map(DeliverScene.content))
      }
      let tally = try #require(state.bots[bot]?.tally)
      #expect(tally.found == (bot == "docs" ? 6 : 8))
      #expect(tally.posted + tally.inDigests + tally.keptAside == tally.found)
      digested += tally.inDigests
    }
    let lines = Set(scene.wecom.shown(by: "ops").flatMap { $0.split(separator: "\n") })
      .filter { $0.hasPrefix("> ") }
    #expect(lines.count == digested)
    #expect(digested == 8)
    return doubles
  }

  @Test func `1 to 4, 7: death at every step of every kind loses nothing and doubles one at most`()
    async throws
  {
    let calm = Self.scene()
    try Self.prepare(calm)
    let first = calm.log.appendCount
    let calmCrashes = try await Self.run(calm, deaths: [])
    #expect(calmCrashes == 0)
    #expect(try Self.doubles(calm, calm.log.fold()) == 0)
    let appends = first + 1...calm.log.appendCount
    #expect(appends.count == 19)

    var doubled = 0
    for append in appends {
      for keepsRecord in [false, true] {
        let scene = Self.scene()
        try Self.prepare(scene)
        let death = DeliverLog.Death(append: append, keepsRecord: keepsRecord)
        let crashes = try await Self.run(scene, deaths: [death])
        #expect(crashes == 1)
        let doubles = try Self.doubles(scene, scene.log.fold())
        // A double needs an outcome that did not reach the disk.
        #expect(doubles <= (keepsRecord ? 0 : 1), "append \(append)")
        doubled += doubles
      }
    }
    // The sweep met the one window that exists.
    #expect(doubled > 0)
  }

  @Test(arguments: [1, 2, 5])
  func `7: death again while recovering doubles one message a death at most`(later: Int)
    async throws
  {
    let calm = Self.scene()
    try Self.prepare(calm)
    let first = calm.log.appendCount
    _ = try await Self.run(calm, deaths: [])
    for append in first + 1...calm.log.appendCount {
      for kept in 0..<4 {
        let scene = Self.scene()
        try Self.prepare(scene)
        let crashes = try await Self.run(
          scene,
          deaths: [
            .init(append: append, keepsRecord: kept & 1 == 1),
            .init(append: later, keepsRecord: kept & 2 == 2),
          ]
        )
        #expect(crashes >= 1)
        let doubles = try Self.doubles(scene, scene.log.fold())
        #expect(doubles <= crashes, "append \(append), \(later) later, kept \(kept)")
      }
    }
  }

  @Test func `2: the bytes in doubt are sent again first, and the lost post counts for the pace`()
    async throws
  {
    var scene = DeliverScene(bots: ["docs", "ops"])
    scene.messagesPerMinute = 2
    let keeper = try scene.keeper()
    try scene.queue(2, for: "docs", in: keeper)
    try scene.queue(1, for: "ops", in: keeper)
    // docs posts its first message, ops its only one, docs dies while its second is in flight.
    scene.log.death = .init(append: scene.log.appendCount + 6, keepsRecord: false)
    await #expect(throws: DeliverLog.Crash.self) {
      _ = try await scene.courier(keeper).deliver(until: nil)
    }
    let dead = try scene.log.fold()
    #expect(dead.bots["docs"]?.intent?.item == 2)
    #expect(scene.wecom.posts.map(\.bot) == ["docs", "ops", "docs"])

    scene.clock.pass(1_000)
    let later = try scene.keeper()
    try scene.queue(1, for: "ops", in: later)
    let begun = scene.clock.truth
    _ = try await scene.courier(later).deliver(until: nil)
    #expect(scene.wecom.posts.map(\.bot) == ["docs", "ops", "docs", "ops", "docs"])
    #expect(scene.wecom.posts.last?.content == DeliverScene.content(2))
    // Two posts of docs lie within the minute; the first of them ended at 150.
    #expect(scene.wecom.posts.last?.at == 60_211)
    #expect(begun < 10_000)
    let bot = try #require(later.state.bots["docs"])
    #expect(bot.intent == nil)
    // The lost post counts from the moment at which its successor began.
    #expect(bot.sends.map { $0.boot - 500_000 }.suffix(2) == [60_151, 60_301])
    #expect(later.state == (try scene.log.fold()))
  }

  @Test func `12: nothing is posted when the intent cannot be recorded`() async throws {
    let scene = DeliverScene()
    let keeper = try scene.keeper()
    try scene.queue(1, in: keeper)
    scene.log.death = .init(append: scene.log.appendCount + 1, keepsRecord: false)
    await #expect(throws: DeliverLog.Crash.self) {
      _ = try await scene.courier(keeper).deliver(until: nil)
    }
    #expect(scene.wecom.posts.isEmpty)
    #expect(keeper.state.bots["docs"]?.intent == nil)
  }

  @Test func `13: nothing more is posted when an outcome cannot be recorded`() async throws {
    let scene = DeliverScene(bots: ["docs", "ops"])
    let keeper = try scene.keeper()
    try scene.queue(2, for: "docs", in: keeper)
    try scene.queue(2, for: "ops", in: keeper)
    scene.log.death = .init(append: scene.log.appendCount + 2, keepsRecord: false)
    await #expect(throws: DeliverLog.Crash.self) {
      _ = try await scene.courier(keeper).deliver(until: nil)
    }
    #expect(scene.wecom.posts.count == 1)
    #expect(keeper.state.bots["docs"]?.intent?.item == 1)
  }

  @Test func `13: an outcome that the log refuses is kept by writing the whole state anew`()
    async throws
  {
    let scene = DeliverScene()
    let keeper = try scene.keeper()
    try scene.queue(3, in: keeper)
    // Two appends a post: the outcome of the second one.
    scene.log.failures = [scene.log.appendCount + 4]
    let report = try await scene.courier(keeper).deliver(until: nil)
    #expect(report.posted == 3)
    #expect(scene.log.rescueCount == 1)
    #expect(try scene.log.fold() == keeper.state)
    #expect(scene.wecom.shown(by: "docs") == [1, 2, 3].map(DeliverScene.content))
    #expect(
      keeper.rescueSayings.map(\.text) == [
        "a write failed and was made good by writing the whole state anew: \(DeliverLog.failure)"
      ]
    )
    // Nothing is in doubt for the next start.
    _ = try await scene.courier(try scene.keeper()).deliver(until: nil)
    #expect(scene.wecom.posts.count == 3)
  }

  @Test func `13: where that fails too nothing more is posted, and the doubt is said`() async throws
  {
    let scene = DeliverScene(bots: ["docs", "ops"])
    let keeper = try scene.keeper()
    try scene.queue(2, for: "docs", in: keeper)
    try scene.queue(2, for: "ops", in: keeper)
    scene.log.failures = [scene.log.appendCount + 2]
    scene.log.refusesRescue = true
    let error = await #expect(throws: UnrecordedPost.self) {
      _ = try await scene.courier(keeper).deliver(until: nil)
    }
    #expect(
      error?.description == """
        \(DeliverLog.failure); the message that bot "docs" has just posted could not be noted as \
        posted, and may be posted once more at the next start
        """
    )
    #expect(scene.wecom.posts.count == 1)
    _ = try await scene.courier(try scene.keeper()).deliver(until: nil)
    #expect(scene.wecom.shown(by: "docs") == [1, 1, 2].map(DeliverScene.content))
    #expect(scene.wecom.shown(by: "ops") == [3, 4].map(DeliverScene.content))
  }

  @Test func `37: told to stop once the intent is written, it posts nothing`() async throws {
    let scene = DeliverScene()
    let keeper = try scene.keeper()
    try scene.queue(2, in: keeper)
    scene.log.onAppend = { [stop = scene.stop] in stop.set() }
    _ = try await scene.courier(keeper).deliver(until: nil)
    #expect(scene.wecom.posts.isEmpty)
    #expect(keeper.state.bots["docs"]?.intent?.item == 1)
  }

  @Test func `37: told to stop, it finishes the post in flight and begins nothing`() async throws {
    let scene = DeliverScene()
    scene.wecom.answer { [stop = scene.stop] _, _, number in
      if number == 1 { stop.set() }
      return .sent
    }
    let (report, state) = try await scene.phase(queueing: 5, seconds: nil)
    #expect(report.posted == 2)
    #expect(report.waiting.map(\.cause) == [.pace])
    #expect(state.bots["docs"]?.intent == nil)
    #expect(state.bots["docs"]?.tally.posted == 2)
    #expect(scene.wecom.posts.count == 2)
  }

  @Test func `37: a post cut short by our own end stays in doubt and is no failure`() async throws {
    // A task of its own, so that the end of the courier's task is not that of the test's.
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let scene = DeliverScene { _, _, _ in
          unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
          return .inDoubt(reason: "cancelled")
        }
        let keeper = try scene.keeper()
        try scene.queue(2, in: keeper)
        let report = try await scene.courier(keeper).deliver(until: nil)
        #expect(report.waiting.map(\.cause) == [.pace])
        #expect(keeper.state.bots["docs"]?.intent?.item == 1)
        #expect(keeper.state.bots["docs"]?.delay == nil)
        #expect(scene.wecom.posts.count == 1)
      }
      try await group.waitForAll()
    }
  }
}
