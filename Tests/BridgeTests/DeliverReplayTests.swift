internal import Synchronization
internal import Testing
internal import WeCom

@testable import Bridge

@Suite struct DeliverReplayTests {
  private final class Dice: Sendable {
    private let generator: Mutex<DeliverGenerator>

    init(seed: UInt64) {
      generator = Mutex(DeliverGenerator(seed: seed))
    }

    func roll(_ range: Range<Int>) -> Int {
      generator.withLock { Int.random(in: range, using: &$0) }
    }
  }

  private static func outcome(_ roll: Int) -> PostOutcome {
    switch roll {
    case 0, 1: .inDoubt(reason: "timed out")
    case 2: .surelyNotSent(reason: "refused")
    case 3: .refusedForNow(code: -1)
    case 4: .rateLimited(code: 45009)
    case 5: .needsOperator(code: 93000, text: "")
    case 6: .messageRefused(code: 40058, text: "")
    default: .sent
    }
  }

  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func `whatever happens, the log folds to the state in memory and nothing is lost`(seed: UInt64)
    async throws
  {
    let dice = Dice(seed: seed)
    var scene = DeliverScene(bots: ["a", "b", "c"]) { _, _, _ in Self.outcome(dice.roll(0..<20)) }
    scene.digestAbove = dice.roll(0..<8)
    scene.messagesPerMinute = dice.roll(1..<20)
    scene.maxAgeMilliseconds = 86_400_000
    scene.hosts = ["a": "one", "b": "one", "c": "two"]
    var found = 0
    for _ in 0..<25 {
      let keeper = try scene.keeper()
      do {
        for bot in ["a", "b", "c"] where dice.roll(0..<3) == 0 {
          let count = dice.roll(1..<9)
          try scene.queue(count, for: bot, in: keeper)
          found += count
        }
        scene.bots = dice.roll(0..<10) == 0 ? ["a", "b"] : ["c", "a", "b"]
        scene.keys["a"] = dice.roll(0..<6) == 0 ? "other" : "one"
        if dice.roll(0..<4) == 0 {
          scene.log.death = .init(
            append: scene.log.appendCount + dice.roll(1..<12),
            keepsRecord: dice.roll(0..<2) == 0
          )
        }
        let until = scene.clock.bootMilliseconds() + Int64(dice.roll(0..<50_000))
        _ = try await scene.courier(keeper).deliver(until: until)
        try #require(try scene.log.fold() == keeper.state)
        if dice.roll(0..<3) == 0 { try keeper.checkpoint() }
        try #require(try scene.log.fold() == keeper.state)
      } catch is DeliverLog.Crash {}
      scene.log.death = nil
      let state = try scene.log.fold()
      #expect(Balance.breaches(in: state).isEmpty)
      #expect(state.bots.values.reduce(0) { $0 + $1.tally.found } == found)
      switch dice.roll(0..<6) {
      case 0: scene.clock.reboot(after: 30_000, wallStep: Int64(dice.roll(-9_999_999..<9_999_999)))
      case 1: scene.clock.step(by: Int64(dice.roll(-9_999_999..<9_999_999)))
      default: scene.clock.pass(Int64(dice.roll(0..<600_000)))
      }
    }
    // When the trouble is over, all that was not kept aside gets through.
    scene.wecom.answer { _, _, _ in .sent }
    scene.bots = ["a", "b", "c"]
    scene.clock.pass(900_000)
    try await scene.phase(seconds: nil)
    scene.clock.pass(900_000)
    let state = try await scene.phase(seconds: nil).state
    for bot in state.bots.values {
      #expect(bot.queue.isEmpty)
      #expect(bot.tally.posted + bot.tally.inDigests + bot.tally.keptAside == bot.tally.found)
    }
  }
}
