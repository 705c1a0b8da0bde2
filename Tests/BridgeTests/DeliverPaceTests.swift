internal import Testing
internal import WeCom

@testable import Bridge

@Suite struct DeliverPaceTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var sends: [Int64]
    var intent: Int64?
    var now: Int64 = 100_000
    var limit = 3
    var wait: Int64
  }

  @Test(arguments: [
    Row(testDescription: "nothing was sent", sends: [], wait: 0),
    Row(testDescription: "fewer than the limit", sends: [99_000, 99_999], wait: 0),
    Row(
      testDescription: "the limit within a minute",
      sends: [45_000, 99_000, 99_999],
      wait: 5_001
    ),
    Row(testDescription: "the oldest just counts", sends: [40_000, 99_000, 99_999], wait: 1),
    Row(testDescription: "the oldest just left", sends: [39_999, 99_000, 99_999], wait: 0),
    Row(
      testDescription: "more than the limit, for it was lowered",
      sends: [42_000, 45_000, 50_000, 99_000],
      limit: 2,
      wait: 10_001
    ),
    Row(testDescription: "a limit of 0 is 1", sends: [90_000], limit: 0, wait: 50_001),
    Row(
      testDescription: "a post without outcome counts as ended after its longest time",
      sends: [99_000, 99_500],
      intent: 45_000,
      wait: 15_001
    ),
    Row(
      testDescription: "a post without outcome that has just begun",
      sends: [99_000, 99_500],
      intent: 99_000,
      wait: 59_001
    ),
  ])
  func `the next post waits until fewer than the limit ended within the last minute`(_ row: Row) {
    func stamp(_ boot: Int64) -> SendStamp { SendStamp(wall: 0, boot: boot, bootID: "b") }
    let bot = BotState(
      intent: row.intent.map { Intent(item: 1, at: stamp($0)) },
      sends: row.sends.map(stamp)
    )
    let wait = Pace.wait(
      for: bot,
      configured: row.limit,
      timeout: 10_000,
      now: stamp(row.now)
    )
    #expect(wait == row.wait)
  }

  struct Age: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var now: SendStamp
    var age: Int64
  }

  @Test(arguments: [
    Age(
      testDescription: "40, 41: the wall clock does not matter within one start",
      now: SendStamp(wall: -5, boot: 70_000, bootID: "a"),
      age: 20_000
    ),
    Age(
      testDescription: "43: another start, judged by the wall clock",
      now: SendStamp(wall: 1_030_000, boot: 300_000, bootID: "b"),
      age: 30_000
    ),
    Age(
      testDescription: "43: never older than the present start",
      now: SendStamp(wall: 9_999_000_000, boot: 3_000, bootID: "b"),
      age: 3_000
    ),
    Age(
      testDescription: "43: another machine, its clock a little behind",
      now: SendStamp(wall: 999_000, boot: 900_000_000, bootID: "b"),
      age: 0
    ),
    Age(
      testDescription: "43: the clock went back a year",
      now: SendStamp(wall: -31_536_000_000, boot: 61_000, bootID: "b"),
      age: 61_000
    ),
    Age(
      testDescription: "a machine restored from a snapshot",
      now: SendStamp(wall: 1_030_000, boot: 40_000, bootID: "a"),
      age: 30_000
    ),
  ])
  func `the age of a stamp is what has certainly passed`(_ row: Age) {
    let stamp = SendStamp(wall: 1_000_000, boot: 50_000, bootID: "a")
    #expect(stamp.age(at: row.now) == row.age)
  }

  @Test func `96: a rate limit halves what we allow ourselves, and it comes back slowly`() {
    func stamp(_ seconds: Int64) -> SendStamp {
      SendStamp(wall: 0, boot: seconds * 1_000, bootID: "b")
    }
    var bot = BotState()
    func allow(_ seconds: Int64, isRateLimited: Bool) {
      bot.allowance = Pace.allowance(
        of: bot,
        configured: 18,
        isRateLimited: isRateLimited,
        now: stamp(seconds)
      )
    }
    func limit(_ seconds: Int64) -> Int {
      Pace.limit(configured: 18, allowance: bot.allowance, now: stamp(seconds))
    }
    #expect(limit(0) == 18)
    allow(0, isRateLimited: true)
    #expect([0, 179, 180, 540, 1_619, 1_620, 99_999].map(limit) == [9, 9, 10, 12, 17, 18, 18])
    // A second answer of the same row says nothing new of the rate.
    bot.delay = Retry.delay(
      .rateLimit,
      reason: "",
      after: nil,
      keyDigest: "",
      now: stamp(0),
      jitter: 0
    )
    allow(60, isRateLimited: true)
    #expect(limit(60) == 9)
    bot.delay = nil
    allow(540, isRateLimited: true)
    #expect(limit(540) == 6)
    allow(600, isRateLimited: false)
    #expect(limit(600) == 6)
    allow(540 + 12 * 180, isRateLimited: false)
    #expect(bot.allowance == nil)
  }

  @Test func `the stamps of posts that no longer count are dropped`() {
    var sends = (0..<700).map { SendStamp(wall: 0, boot: Int64($0) * 1_000, bootID: "b") }
    Pace.trim(&sends)
    #expect(sends.map(\.boot) == (639...699).map { $0 * 1_000 })
    sends = (0..<700).map { SendStamp(wall: 0, boot: Int64($0), bootID: "b") }
    Pace.trim(&sends)
    #expect(sends.map(\.boot) == Array(100...699))
  }

  // MARK: Simulations

  /// A pass a minute; every third on average, or after a crash, is a process of its own that reads
  /// what the one before wrote.
  ///
  /// - Returns: The arrivals in true time, and the minutes that passed.
  private func simulate(
    minutes: Int,
    seed: UInt64,
    limit: Int = 18,
    isRough: Bool
  ) async throws -> (arrivals: [Int64], minutes: Double) {
    var generator = DeliverGenerator(seed: seed)
    var scene = DeliverScene(latency: { number in
      // From 20 ms to 8 s, most of them short.
      let slow: Int64 = number % 97 == 0 ? 4_000 : 0
      return (20 + Int64(number % 13) * 10 + slow, 20 + Int64(number % 7) * 10 + slow)
    })
    scene.messagesPerMinute = limit
    let start = scene.clock.truth
    var keeper = try scene.keeper()
    var minute = 0
    while minute < minutes {
      minute += 1
      let due = start + Int64(minute) * 60_000
      if Int.random(in: 0..<5, using: &generator) == 0 {
        scene.clock.step(by: Int64.random(in: -7_200_000...7_200_000, using: &generator))
      }
      if isRough {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0:
          scene.clock.reboot(
            after: Int64.random(in: 1_000...30_000, using: &generator),
            wallStep: Int64.random(in: -86_400_000...86_400_000, using: &generator)
          )
        case 1, 2:
          scene.log.death = .init(
            append: scene.log.appendCount + Int.random(in: 1...40, using: &generator),
            keepsRecord: Bool.random(using: &generator)
          )
        default:
          break
        }
      }
      do {
        if Int.random(in: 0..<3, using: &generator) == 0 {
          try keeper.checkpoint()
          keeper = try scene.keeper()
        }
        let backlog = keeper.state.bots["docs"]?.queue.count ?? 0
        try scene.queueNotices(max(0, limit + 3 - backlog), in: keeper)
        let until = scene.clock.bootMilliseconds() + 50_000
        _ = try await scene.courier(keeper).deliver(until: until)
      } catch is DeliverLog.Crash {
        scene.log.death = nil
        keeper = try scene.keeper()
        if Bool.random(using: &generator) { continue }
      }
      // In a rough world a pass may follow at once.
      if !isRough || Bool.random(using: &generator) {
        scene.clock.pass(max(0, due - scene.clock.truth))
      }
    }
    return (scene.wecom.posts.map(\.at), Double(scene.clock.truth - start) / 60_000)
  }

  private func busiestMinute(_ arrivals: [Int64]) -> Int {
    var most = 0
    var first = 0
    for (last, arrival) in arrivals.enumerated() {
      while arrival - arrivals[first] >= 60_000 {
        first += 1
      }
      most = max(most, last - first + 1)
    }
    return most
  }

  @Test func `95: 10,000 minutes of passes and clock steps use the allowed rate and never pass it`()
    async throws
  {
    let (arrivals, minutes) = try await simulate(minutes: 10_000, seed: 1, isRough: false)
    #expect(minutes >= 10_000)
    #expect(busiestMinute(arrivals) == 18)
    let used = Double(arrivals.count) / (18 * minutes)
    #expect(used >= 0.95, "only \(used) of the rate used")
  }

  @Test(arguments: [1, 2, 18, 20] as [Int], [7, 8] as [UInt64])
  func `95: reboots, kills and clock steps never pass the allowed rate`(
    limit: Int,
    seed: UInt64
  ) async throws {
    let (arrivals, _) = try await simulate(
      minutes: 300,
      seed: seed,
      limit: limit,
      isRough: true
    )
    #expect(arrivals.count > 100 * limit)
    #expect(busiestMinute(arrivals) <= limit)
  }

  @Test func `88, 96: with others on the same bot all is told and few posts are refused`()
    async throws
  {
    let scene = DeliverScene()
    // The others post 12 a minute for two hours, and then nothing; WeCom lets 20 through.
    scene.wecom.answer { [wecom = scene.wecom, clock = scene.clock] _, _, _ in
      let now = clock.truth
      let others = now < 7_200_000 ? 12 : 0
      let ours = wecom.posts.reversed().prefix { $0.at > now - 60_000 }.filter(\.isShown).count
      return ours + others < 20 ? .sent : .rateLimited(code: 45009)
    }
    try await scene.phase(queueing: 1_500, seconds: 50)
    for minute in 1...240 {
      scene.clock.pass(max(0, Int64(minute) * 60_000 - scene.clock.truth))
      try await scene.phase()
    }
    let posts = scene.wecom.posts
    let refused = posts.filter { !$0.isShown }.count
    #expect(scene.wecom.shown(by: "docs") == (1...1_500).map(DeliverScene.content))
    #expect(refused > 2)
    #expect(Double(refused) / Double(posts.count) < 0.03)
    // Of the 8 a minute that the others leave, most is used.
    let shared = posts.filter { $0.isShown && $0.at < 7_200_000 }.count
    #expect(Double(shared) / (8 * 120) > 0.6, "\(shared) of 960")
  }
}
