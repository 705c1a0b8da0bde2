internal import Changes
internal import Testing
internal import WeCom

@testable import Bridge

@Suite struct DeliverBacklogTests {
  private static func lines(_ contents: [String]) -> [String] {
    contents.flatMap { $0.split(separator: "\n").map(String.init) }.filter { $0.hasPrefix("> ") }
  }

  @Test func `94: 500 messages after a weekend are told as digests within 3 minutes`()
    async throws
  {
    var scene = DeliverScene()
    scene.digestAbove = 20
    let keeper = try scene.keeper()
    let messages = (1...500).map { id in
      Entry.NewMessage(
        bot: "docs",
        item: DeliverScene.message(
          id,
          title: id % 5 == 0 ? "平台" : "文档站",
          project: Int64(id % 7)
        )
      )
    }
    try keeper.commit([.found(messages: messages, tooOld: [:])])
    let report = try await scene.courier(keeper).deliver(until: nil)

    let shown = scene.wecom.shown(by: "docs")
    #expect(shown.allSatisfy { $0.utf8.count <= 4_096 })
    #expect(report.digests == shown.count)
    #expect(report.inDigests == 500)
    #expect(report.posted == 0)
    #expect(scene.clock.truth < 180_000)
    // One line for each, in a digest of its own title.
    #expect(Set(Self.lines(shown)).count == 500)
    #expect(Self.lines(shown).count == 500)
    #expect(Self.lines(shown.filter { $0.hasPrefix("## 平台 ") }).count == 100)
    #expect(Self.lines(shown.filter { $0.hasPrefix("## 文档站 ") }).count == 400)
    let bot = try #require(keeper.state.bots["docs"])
    #expect(bot.tally == Tally(found: 500, inDigests: 500))
    #expect(bot.isBalanced)
    #expect(
      scene.events.all.first
        == .folded(bot: "docs", messages: 500, digests: shown.count)
    )
    #expect(keeper.state == (try scene.log.fold()))
  }

  @Test func `a line says whether a push created a branch or took it back`() async throws {
    var scene = DeliverScene()
    scene.digestAbove = 2
    let keeper = try scene.keeper()
    let kinds: [DigestEntry.PushKind?] = [nil, .creation, .reset]
    let messages = kinds.enumerated().map { index, kind in
      var item = DeliverScene.message(index + 1)
      item.subject?.pushKind = kind
      return Entry.NewMessage(bot: "docs", item: item)
    }
    try keeper.commit([.found(messages: messages, tooOld: [:])])
    _ = try await scene.courier(keeper).deliver(until: nil)
    let address = "https://gitlab.example.internal/docs/manual7/-/commit"
    #expect(
      Self.lines(scene.wecom.shown(by: "docs")) == [
        "> *alice* main: [提交 1](\(address)/1)",
        "> *alice* 新建 main: [提交 2](\(address)/2)",
        "> *alice* 回退 main: [提交 3](\(address)/3)",
      ]
    )
  }

  @Test(arguments: [(20, 20, 0), (20, 21, 1), (0, 60, 0), (1, 2, 1)])
  func `digests begin above the limit, and 0 means never`(
    limit: Int,
    count: Int,
    digests: Int
  ) async throws {
    var scene = DeliverScene()
    scene.digestAbove = limit
    let (report, _) = try await scene.phase(queueing: count, seconds: nil)
    #expect(report.digests == digests)
    #expect(report.posted == (digests == 0 ? count : 0))
  }

  @Test
  func `what was tried, digests and the bridge's own words stay as they are, in their places`()
    async throws
  {
    var scene = DeliverScene { _, _, _ in .inDoubt(reason: "timed out") }
    scene.digestAbove = 3
    let keeper = try scene.keeper()
    try scene.queue(3, in: keeper)
    let courier = scene.courier(keeper)
    _ = try await courier.deliver(until: scene.clock.bootMilliseconds() + 100)
    #expect(keeper.state.bots["docs"]?.delay != nil)
    let notice = QueueItem(
      id: keeper.state.nextItem,
      content: "GitLab is back",
      messageCount: 0,
      queuedAt: Timestamp(milliseconds: 0)
    )
    try keeper.commit([.alerted(bot: "docs", notice)])
    try scene.queue(2, in: keeper)
    // Five of its own kind wait, of which the first was tried.
    try courier.foldBacklogs()
    var queue = try #require(keeper.state.bots["docs"]?.queue)
    #expect(queue.map(\.id) == [1, 7, 4])
    #expect(queue.map(\.messageCount) == [1, 4, 0])
    #expect(queue[1].members == [2, 3, 5, 6].map { MessageKey(kind: .push, id: 1_000 + $0) })
    #expect(keeper.state.nextItem == 8)
    #expect(keeper.state.bots["docs"]?.waiting == 5)

    try scene.queue(4, in: keeper)
    try courier.foldBacklogs()
    queue = try #require(keeper.state.bots["docs"]?.queue)
    #expect(queue.map(\.id) == [1, 7, 4, 12])
    try scene.queue(3, in: keeper)
    try courier.foldBacklogs()
    #expect(keeper.state.bots["docs"]?.queue.count == 7)
    #expect(keeper.state == (try scene.log.fold()))
  }

  @Test func `a message in doubt after a crash is not folded`() async throws {
    var scene = DeliverScene()
    scene.digestAbove = 2
    let keeper = try scene.keeper()
    try scene.queue(2, in: keeper)
    scene.log.death = .init(append: scene.log.appendCount + 2, keepsRecord: false)
    await #expect(throws: DeliverLog.Crash.self) {
      _ = try await scene.courier(keeper).deliver(until: nil)
    }
    let later = try scene.keeper()
    try scene.queue(5, in: later)
    let report = try await scene.courier(later).deliver(until: nil)
    #expect(report.posted == 1)
    #expect(report.inDigests == 6)
    #expect(scene.wecom.posts.prefix(2).map(\.content) == [1, 1].map(DeliverScene.content))
  }

  @Test func `a refused digest is kept aside whole, with the messages it tells`() async throws {
    var scene = DeliverScene { _, _, _ in .messageRefused(code: 40058, text: "too long") }
    scene.digestAbove = 2
    let (report, state) = try await scene.phase(queueing: 3)
    let bot = try #require(state.bots["docs"])
    #expect(bot.tally == Tally(found: 3, keptAside: 3))
    #expect(bot.kept.map(\.item.members?.count) == [3])
    #expect(report.keptAside.count == 1)
    #expect(scene.wecom.posts.count == 1)
  }

  // MARK: Bots that are gone

  @Test func `a bot gone from the configuration keeps its queue until it returns`() async throws {
    var scene = DeliverScene(bots: ["docs", "ops"])
    scene.maxAgeMilliseconds = 30 * 86_400_000
    let keeper = try scene.keeper()
    try scene.queue(2, for: "docs", in: keeper)
    scene.bots = ["ops"]
    for _ in 0..<29 {
      let report = try await scene.courier(keeper).deliver(until: nil)
      #expect(report.waiting.map(\.cause) == [.absent])
      scene.clock.pass(86_400_000)
    }
    #expect(keeper.state.bots["docs"]?.absence?.observed == 2_419_200_000)
    scene.bots = ["ops", "docs"]
    let report = try await scene.courier(keeper).deliver(until: nil)
    #expect(report.posted == 2)
    #expect(keeper.state.bots["docs"]?.absence == nil)
    #expect(keeper.state == (try scene.log.fold()))
  }

  @Test
  func `41: a bot's queue is kept aside after max_age of being gone, not after a clock's jump`()
    async throws
  {
    var scene = DeliverScene()
    scene.maxAgeMilliseconds = 3 * 86_400_000
    let keeper = try scene.keeper()
    try scene.queue(2, for: "gone", in: keeper)
    _ = try await scene.courier(keeper).deliver(until: nil)
    scene.clock.step(by: 365 * 86_400_000)
    _ = try await scene.courier(keeper).deliver(until: nil)
    #expect(keeper.state.bots["gone"]?.absence?.observed == 86_400_000)
    scene.clock.step(by: -365 * 86_400_000)
    _ = try await scene.courier(keeper).deliver(until: nil)
    #expect(keeper.state.bots["gone"]?.absence?.observed == 86_400_000)
    let written = scene.log.appendCount
    for _ in 0..<23 {
      scene.clock.pass(3_600_000)
      _ = try await scene.courier(keeper).deliver(until: nil)
    }
    #expect(scene.log.appendCount == written)
    scene.clock.pass(3_600_000)
    _ = try await scene.courier(keeper).deliver(until: nil)
    scene.clock.pass(86_399_999)
    _ = try await scene.courier(keeper).deliver(until: nil)
    #expect(keeper.state.bots["gone"]?.queue.count == 2)
    scene.clock.pass(1)
    let report = try await scene.courier(keeper).deliver(until: nil)
    let bot = try #require(keeper.state.bots["gone"])
    #expect(bot.tally == Tally(found: 2, keptAside: 2))
    #expect(
      bot.kept.map(\.cause) == Array(repeating: "the bot is gone from the configuration", count: 2)
    )
    #expect(report.abandoned == ["gone": 2])
    #expect(keeper.state == (try scene.log.fold()))
  }

  // MARK: The balance

  @Test func `a balance that does not hold is told with its figures and begun anew`() throws {
    let log = DeliverLog()
    var state = BridgeState()
    var bot = BotState(queue: [DeliverScene.message(1)])
    bot.tally = Tally(found: 9, posted: 3, inDigests: 1, tooOld: 1, keptAside: 1)
    state.bots = ["docs": bot, "ops": BotState()]
    let keeper = StateKeeper(state: state, log: log)
    let breaches = try Balance.settle(keeper)
    #expect(
      breaches.map(\.description) == [
        """
        the count of bot "docs" does not balance: found 9, but posted 3 + in digests 1 + \
        too old 1 + kept aside 1 + waiting 1 = 7; please report this bug
        """
      ]
    )
    #expect(keeper.state.bots["docs"]?.tally == Tally(found: 1))
    #expect(try Balance.settle(keeper).isEmpty)
    #expect(log.appendCount == 1)
  }
}
