internal import Changes
internal import Testing
internal import WeCom

@testable import Bridge

@Suite struct DeliverOutcomeTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var outcome: PostOutcome
    var cause: Delay.Cause
    var pause: Int64
    var allowed: Int?
  }

  @Test(arguments: [
    Row(
      testDescription: "85: refused, DNS, TLS",
      outcome: .surelyNotSent(reason: "connection refused"),
      cause: .failure,
      pause: 22_500
    ),
    Row(
      testDescription: "86: a timeout after sending",
      outcome: .inDoubt(reason: "timed out"),
      cause: .failure,
      pause: 22_500
    ),
    Row(
      testDescription: "89: busy",
      outcome: .refusedForNow(code: -1),
      cause: .failure,
      pause: 22_500
    ),
    Row(
      testDescription: "88: the rate limit",
      outcome: .rateLimited(code: 45009),
      cause: .rateLimit,
      pause: 60_000,
      allowed: 9
    ),
    Row(
      testDescription: "91: the bot is refused",
      outcome: .needsOperator(code: 93000, text: "invalid webhook url"),
      cause: .refused,
      pause: 900_000
    ),
  ])
  func `an outcome that is no end keeps the message and delays the bot`(_ row: Row) async throws {
    let scene = DeliverScene { _, _, number in number == 0 ? .inDoubt(reason: "x") : row.outcome }
    // The first attempt fails, so that the second shows the row being counted or begun anew.
    let keeper = try scene.keeper()
    try scene.queue(2, in: keeper)
    let begun = scene.clock.wallMilliseconds()
    let report = try await scene.courier(keeper).deliver(until: nil)

    let ended = scene.clock.wallMilliseconds()
    let boot = scene.clock.bootMilliseconds()
    let bot = try #require(keeper.state.bots["docs"])
    let isRow = row.cause == .failure
    var told = ToldLog()
    for item in bot.queue {
      told.note(try #require(item.subject))
    }
    let expected = BotState(
      queue: [DeliverScene.message(1), DeliverScene.message(2)],
      intent: nil,
      sends: [
        SendStamp(wall: begun + 150, boot: boot - (ended - begun) + 150, bootID: "boot-0"),
        SendStamp(wall: ended, boot: boot, bootID: "boot-0"),
      ],
      allowance: row.allowed.map {
        Allowance(perMinute: $0, since: SendStamp(wall: ended, boot: boot, bootID: "boot-0"))
      },
      delay: Delay(
        cause: row.cause,
        count: isRow ? 2 : 1,
        until: SendStamp(wall: ended + row.pause, boot: boot + row.pause, bootID: "boot-0"),
        since: Timestamp(milliseconds: isRow ? begun + 150 : ended),
        reason: row.outcome.description,
        keyDigest: "key of docs"
      ),
      told: told,
      tally: Tally(found: 2)
    )
    #expect(bot == expected)
    #expect(bot.isBalanced)
    // The first retry time is short enough to be waited for, the second is not.
    #expect(ended - begun == 150 + 7_500 + 150)
    let delay = try #require(expected.delay)
    #expect(
      report.waiting == [
        .init(bot: "docs", messages: 2, items: 2, cause: .delay(delay), milliseconds: row.pause)
      ]
    )
    #expect(scene.log.isEveryAppendDurable)
    #expect(try scene.log.fold() == keeper.state)
  }

  @Test func `a message that is taken leaves the queue and ends the delay`() async throws {
    let scene = DeliverScene { _, _, number in number == 0 ? .refusedForNow(code: -1) : .sent }
    let (report, state) = try await scene.phase(queueing: 2, seconds: nil)
    let bot = try #require(state.bots["docs"])
    #expect(bot.queue.isEmpty)
    #expect(bot.intent == nil)
    #expect(bot.delay == nil)
    #expect(bot.sends.count == 3)
    #expect(bot.tally == Tally(found: 2, posted: 2))
    #expect(report == DeliveryReport(posted: 2))
    #expect(scene.wecom.shown(by: "docs") == [1, 2].map(DeliverScene.content))
    #expect(
      scene.events.all.map(\.name) == ["delayed", "sleeps retry 7500", "posted 1", "posted 0"]
    )
  }

  @Test func `90: a refused message is shortened once, sent, and the queue goes on`() async throws {
    let long = Self.long(4_096)
    let scene = DeliverScene { _, content, _ in
      content.utf8.count > 3_000 ? .messageRefused(code: 40058, text: "too long") : .sent
    }
    let keeper = try scene.keeper()
    try Self.queue([long, DeliverScene.content(2)], in: keeper)
    let report = try await scene.courier(keeper).deliver(until: nil)

    #expect(report == DeliveryReport(posted: 2))
    let shown = scene.wecom.shown(by: "docs")
    #expect(shown.count == 2)
    let short = try #require(shown.first)
    #expect(short.utf8.count <= 2_048)
    #expect(short.utf8.count > 2_040)
    #expect(short.hasPrefix("## T push 通知: \n\n- 项目: [a](b) \n- 提交信息: 字字"))
    #expect(short.hasSuffix("字… \n"))
    #expect(keeper.state.bots["docs"]?.tally == Tally(found: 2, posted: 2))
  }

  @Test func `92: a message refused twice is kept aside with its cause, the queue goes on`()
    async throws
  {
    let scene = DeliverScene { _, content, _ in
      content.contains("字") ? .messageRefused(code: 40058, text: "too long") : .sent
    }
    let keeper = try scene.keeper()
    try Self.queue([Self.long(600), DeliverScene.content(2)], in: keeper)
    let report = try await scene.courier(keeper).deliver(until: nil)

    let bot = try #require(keeper.state.bots["docs"])
    #expect(scene.wecom.posts.count == 3)
    #expect(bot.queue.isEmpty)
    #expect(bot.delay == nil)
    #expect(bot.tally == Tally(found: 2, posted: 1, keptAside: 1))
    let kept = try #require(bot.kept.first)
    #expect(kept.cause == "WeCom refuses this message (errcode 40058): too long")
    #expect(kept.item.id == 1)
    #expect(kept.item.isShortened == true)
    #expect(
      report
        == DeliveryReport(
          posted: 1,
          keptAside: [
            .init(
              bot: "docs",
              item: kept.item,
              cause: "WeCom refuses this message (errcode 40058): too long"
            )
          ]
        )
    )
    #expect(
      scene.events.all.map(\.name) == ["shortened", "kept aside", "posted 0"]
    )
  }

  @Test func `a refused message too short to be cut is kept aside at once`() async throws {
    let scene = DeliverScene { _, _, number in
      number == 0 ? .messageRefused(code: 44004, text: "empty") : .sent
    }
    let (_, state) = try await scene.phase(queueing: 2)
    #expect(scene.wecom.posts.count == 2)
    #expect(state.bots["docs"]?.tally == Tally(found: 2, posted: 1, keptAside: 1))
  }

  @Test func `nothing is dropped for having failed often`() async throws {
    let scene = DeliverScene { _, _, number in number < 200 ? .inDoubt(reason: "502") : .sent }
    try await scene.phase(queueing: 1)
    for _ in 0..<640 {
      try await scene.phase()
      scene.clock.pass(300_000)
    }
    let (_, state) = try await scene.phase()
    #expect(state.bots["docs"]?.tally == Tally(found: 1, posted: 1))
    #expect(scene.wecom.posts.count == 201)
    #expect(Set(scene.wecom.posts.map(\.content)) == [DeliverScene.content(1)])
  }

  static func long(_ byteCount: Int) -> String {
    let head = "## T push 通知: \n\n- 项目: [a](b) \n- 提交信息: "
    let room = byteCount - head.utf8.count - 2
    return head + String(repeating: "字", count: room / 3)
      + String(repeating: "x", count: room % 3) + " \n"
  }

  static func queue(_ contents: [String], in keeper: StateKeeper) throws {
    let messages = contents.enumerated().map { index, content in
      var item = DeliverScene.message(index + 1)
      item.content = content
      return Entry.NewMessage(bot: "docs", item: item)
    }
    try keeper.commit([.found(messages: messages, tooOld: [:])])
  }
}

extension DeliveryEvent {
  fileprivate var name: String {
    switch self {
    case .folded: "folded"
    case .posted(_, _, let waiting): "posted \(waiting)"
    case .delayed: "delayed"
    case .shortened: "shortened"
    case .keptAside: "kept aside"
    case .hostFailed: "host failed"
    case .abandoned: "abandoned"
    case .sleeps(_, let cause, let milliseconds): "sleeps \(cause) \(milliseconds)"
    }
  }
}
