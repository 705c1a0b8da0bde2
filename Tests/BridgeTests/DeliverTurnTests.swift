internal import Testing
internal import WeCom

@testable import Bridge

@Suite struct DeliverTurnTests {
  @Test func `93: of ten bots with one dead, the nine others are served at full pace`()
    async throws
  {
    let names = (0..<10).map { "bot\($0)" }
    let scene = DeliverScene(bots: names) { bot, _, _ in
      bot == "bot3" ? .inDoubt(reason: "timed out") : .sent
    }
    let keeper = try scene.keeper()
    for name in names {
      try scene.queue(18, for: name, in: keeper)
    }
    let report = try await scene.courier(keeper)
      .deliver(until: scene.clock.bootMilliseconds() + 50_000)
    #expect(report.posted == 9 * 18)
    #expect(report.waiting.map(\.bot) == ["bot3"])
    #expect(report.waiting.map(\.messages) == [18])
    // Only the retries that came due meanwhile.
    #expect(scene.wecom.posts.filter { $0.bot == "bot3" }.count == 3)
  }

  @Test func `bots take turns, the least recently served first, across passes`() async throws {
    let scene = DeliverScene(bots: ["a", "b", "c"])
    let keeper = try scene.keeper()
    for bot in ["b", "c", "a"] {
      try scene.queue(2, for: bot, in: keeper)
    }
    _ = try await scene.courier(keeper).deliver(until: scene.clock.bootMilliseconds() + 600)
    #expect(scene.wecom.posts.map(\.bot) == ["a", "b", "c", "a"])
    try await scene.phase()
    #expect(scene.wecom.posts.map(\.bot) == ["a", "b", "c", "a", "b", "c"])
    for bot in ["a", "b", "c"] {
      let contents = scene.wecom.shown(by: bot)
      #expect(contents == contents.sorted())
    }
  }

  @Test func `85: a failed connection ends posting to that host alone, for this phase alone`()
    async throws
  {
    var scene = DeliverScene(bots: ["a", "b", "c"]) { bot, _, number in
      number < 3 && bot != "c" ? .surelyNotSent(reason: "connection refused") : .sent
    }
    scene.hosts = ["a": "dead.example", "b": "dead.example", "c": "live.example"]
    let keeper = try scene.keeper()
    for bot in ["a", "b", "c"] {
      try scene.queue(2, for: bot, in: keeper)
    }
    let report = try await scene.courier(keeper).deliver(until: nil)
    #expect(scene.wecom.posts.map(\.bot) == ["a", "c", "c"])
    #expect(report.failedHosts == ["dead.example": "not sent: connection refused"])
    #expect(report.posted == 2)
    let delay = try #require(keeper.state.bots["a"]?.delay)
    #expect(
      report.waiting.map(\.cause) == [
        .delay(delay), .host("dead.example", reason: "not sent: connection refused"),
      ]
    )
    #expect(
      scene.events.all.contains(
        .hostFailed(host: "dead.example", reason: "not sent: connection refused")
      )
    )

    // b was not tried, so it has no retry time to wait for.
    let next = try await scene.phase().report
    #expect(scene.wecom.posts.map(\.bot) == ["a", "c", "c", "b", "b", "a", "a"])
    #expect(next.waiting.isEmpty)
  }

  @Test func `91: a refused bot keeps its queue and is tried every 15 minutes`() async throws {
    let scene = DeliverScene { _, _, _ in .needsOperator(code: 93000, text: "invalid webhook url") }
    try await scene.phase(queueing: 3)
    for minute in 1...60 {
      scene.clock.pass(max(0, Int64(minute) * 60_000 - scene.clock.truth))
      let state = try await scene.phase().state
      #expect(state.bots["docs"]?.delay?.cause == .refused)
    }
    let posts = scene.wecom.posts
    #expect(posts.count == 5)
    #expect(Set(posts.map(\.content)) == [DeliverScene.content(1)])
    #expect(zip(posts, posts.dropFirst()).allSatisfy { $1.at - $0.at >= 900_000 })
  }

  @Test(arguments: [
    PostOutcome.needsOperator(code: 93000, text: "invalid webhook url"), .rateLimited(code: 45009),
    .surelyNotSent(reason: "no such host"),
  ])
  func `91: another key is tried at once, whatever the queue waited for`(outcome: PostOutcome)
    async throws
  {
    var scene = DeliverScene { _, _, number in number < 2 ? outcome : .sent }
    try await scene.phase(queueing: 3)
    scene.clock.pass(900_000)
    try await scene.phase()
    #expect(scene.wecom.posts.count == 2)
    try await scene.phase()
    #expect(scene.wecom.posts.count == 2)
    scene.keys = ["docs": "another key"]
    let (report, state) = try await scene.phase()
    #expect(report.posted == 3)
    #expect(state.bots["docs"]?.delay == nil)
  }

  @Test func `a pass does not wait for a retry time over 10 s, but takes it when it comes due`()
    async throws
  {
    var scene = DeliverScene(bots: ["a", "b"]) { bot, _, _ in
      bot == "a" ? .refusedForNow(code: -1) : .sent
    }
    scene.messagesPerMinute = 2
    scene.jitter = 1
    let keeper = try scene.keeper()
    try scene.queue(1, for: "a", in: keeper)
    let first = try await scene.courier(keeper).deliver(until: nil)
    // Ten seconds are waited for, thirty are not.
    #expect(scene.wecom.posts.map(\.at) == [60, 10_210])
    #expect(keeper.state.bots["a"]?.delay?.until.boot == 540_300)
    #expect(first.waiting.map(\.milliseconds) == [49_851])
    // While b waits for its pace, a's time comes.
    try scene.queue(3, for: "b", in: keeper)
    _ = try await scene.courier(keeper).deliver(until: nil)
    #expect(scene.wecom.posts.map(\.bot) == ["a", "a", "b", "b", "a", "b"])
    #expect(
      scene.events.all.filter(\.isSleep).last
        == .sleeps(
          bot: "b",
          cause: .pace,
          milliseconds: 59_851
        )
    )
  }

  @Test func `a pass ends when the next slot lies after its end, and says what waits`()
    async throws
  {
    let scene = DeliverScene()
    let (report, _) = try await scene.phase(queueing: 20, seconds: 50)
    #expect(report.posted == 18)
    // It did not sit out the rest of its time.
    #expect(scene.clock.truth == 18 * 150)
    #expect(
      report.waiting == [
        .init(bot: "docs", messages: 2, items: 2, cause: .pace, milliseconds: 57_451)
      ]
    )
    let next = try await scene.phase(seconds: 70).report
    #expect(next.posted == 2)
    #expect(
      scene.events.all.filter(\.isSleep)
        == [.sleeps(bot: "docs", cause: .pace, milliseconds: 57_451)]
    )
  }

  @Test func `an impatient phase posts what can go now and waits for nothing`() async throws {
    var scene = DeliverScene(bots: ["a", "b"])
    scene.isPatient = false
    let keeper = try scene.keeper()
    try scene.queue(20, for: "a", in: keeper)
    try scene.queue(1, for: "b", in: keeper)
    let report = try await scene.courier(keeper).deliver(until: nil)
    #expect(report.posted == 19)
    #expect(scene.events.all.filter(\.isSleep).isEmpty)
  }

  @Test func `a stop wakes the courier from its sleep`() async throws {
    let flag = StopFlag()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask { await flag.wait() }
      }
      flag.set()
      await group.waitForAll()
    }
    #expect(flag.isSet)
    await flag.wait()
  }

  @Test func `a wait for a stop ends with its task`() async throws {
    let flag = StopFlag()
    for _ in 0..<200 {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await flag.wait() }
        group.cancelAll()
        await group.waitForAll()
      }
    }
    #expect(!flag.isSet)
  }
}

extension DeliveryEvent {
  fileprivate var isSleep: Bool {
    if case .sleeps = self { true } else { false }
  }
}
