import Platform
import Synchronization
import TestSupport
import Testing

@testable import Bridge

/// The loop of `watch`, on a clock that sleeping moves.
@Suite struct WatchTests {
  /// What a run of the scheduler did.
  private final class Record: Sendable {
    private struct State {
      var starts: [Int64] = []
      var plans: [Int] = []
      var said: [Saying] = []
      var told: [String] = []
      var readings: [Scheduler<Int>.Reading] = []
    }

    private let state = Mutex(State())
    let clock = ManualClock()
    let stop = StopFlag()
    let origin: Int64

    init() {
      origin = clock.bootMilliseconds()
    }

    /// Starts in milliseconds from the first one.
    var starts: [Int64] { state.withLock { $0.starts } }
    var plans: [Int] { state.withLock { $0.plans } }
    var said: [Saying] { state.withLock { $0.said } }
    var told: [String] { state.withLock { $0.told } }

    func setReadings(_ readings: [Scheduler<Int>.Reading]) {
      state.withLock { $0.readings = readings }
    }

    /// Runs passes that take these times; the last one stops the scheduler.
    func run(
      intervals: Int64 = 60_000,
      watchdog: Int64? = nil,
      durations: [Int64],
      sayings: [[Saying]] = []
    ) async {
      let scheduler = Scheduler<Int>(
        time: clock,
        stop: stop,
        service: ServiceManager(watchdog: watchdog, passLimit: nil) { text in
          self.state.withLock { $0.told.append(text) }
        },
        interval: { .milliseconds(Int64($0) * intervals) },
        read: {
          self.state.withLock { $0.readings.isEmpty ? .usable(1) : $0.readings.removeFirst() }
        },
        pass: { plan in
          let number = self.state.withLock { state in
            state.starts.append(self.clock.bootMilliseconds() - self.origin)
            state.plans.append(plan)
            return state.starts.count - 1
          }
          self.clock.advance(milliseconds: durations[number])
          if number == durations.count - 1 {
            self.stop.set()
          }
          return .init(
            sayings: number < sayings.count ? sayings[number] : [],
            status: "pass \(number)\nand more"
          )
        },
        say: { saying in self.state.withLock { $0.said.append(saying) } }
      )
      await scheduler.run(1)
    }
  }

  @Test func `passes start on the grid, whatever each one takes`() async {
    let record = Record()
    await record.run(durations: [0, 59_999, 1, 30_000, 60_000, 0])
    #expect(record.starts == [0, 60_000, 120_000, 180_000, 240_000, 300_000])
  }

  @Test func `a late pass is followed at the next due time, and nothing piles up`() async {
    let record = Record()
    await record.run(durations: [60_001, 400_000, 0, 0])
    #expect(record.starts == [0, 120_000, 540_000, 600_000])
  }

  @Test func `a thousand passes do not drift`() async {
    let record = Record()
    await record.run(durations: (0..<1001).map { Int64($0 * 37 % 59_000) })
    #expect(record.starts.last == 60_000_000)
  }

  @Test func `a step of the wall clock changes nothing`() async {
    let record = Record()
    record.clock.setWall(0)
    await record.run(durations: [10, 10, 10])
    #expect(record.starts == [0, 60_000, 120_000])
  }

  @Test func `the configuration is read before each pass, its interval counts from then on`() async
  {
    let record = Record()
    record.setReadings([.usable(2), .usable(5), .usable(1)])
    await record.run(durations: [0, 0, 0, 0])
    #expect(record.plans == [1, 2, 5, 1])
    #expect(record.starts == [0, 60_000, 180_000, 480_000])
  }

  @Test func `a bad configuration is said once, the old one stays, its repair is said`() async {
    let record = Record()
    record.setReadings([
      .usable(2), .unusable("config.toml:1:1: x"), .unusable("config.toml:1:1: x"),
      .unusable("config.toml:2:1: y"), .usable(3), .usable(3),
    ])
    await record.run(durations: [0, 0, 0, 0, 0, 0, 0])
    #expect(record.plans == [1, 2, 2, 2, 2, 3, 3])
    #expect(
      record.said == [
        Saying(
          level: .error,
          event: "config.unusable",
          text: "config.toml:1:1: x\nthe configuration from before stays in use"
        ),
        Saying(
          level: .error,
          event: "config.unusable",
          text: "config.toml:2:1: y\nthe configuration from before stays in use"
        ),
        Saying(
          level: .warning,
          event: "config.usable",
          text: "the configuration can be used again, and is"
        ),
      ]
    )
  }

  @Test func `the service manager hears of readiness, status and the end`() async {
    let record = Record()
    await record.run(durations: [0, 0])
    #expect(
      record.told == ["READY=1", "STATUS=pass 0", "STATUS=pass 1", "STOPPING=1"]
    )
  }

  @Test func `the watchdog gets its signs of life while the loop waits`() async {
    let record = Record()
    await record.run(watchdog: 40_000, durations: [0, 0])
    #expect(record.told.first == "READY=1")
    #expect(record.told.last == "STOPPING=1")
    #expect(record.told.count { $0 == "WATCHDOG=1" } >= 3)
    #expect(record.clock.sleeps.allSatisfy { $0 <= 20_000 })
  }

  @Test func `37: a stop wakes the loop at once`() async {
    let stop = StopFlag()
    let scheduler = Scheduler<Int>(
      time: StandingClock(),
      stop: stop,
      service: ServiceManager(),
      interval: { _ in .seconds(60) },
      read: { .usable(1) },
      pass: { _ in .init(sayings: [], status: "") },
      say: { _ in }
    )
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await scheduler.run(1) }
      group.addTask { stop.set() }
    }
    #expect(stop.isSet)
  }

  @Test func `what keeps each pass from beginning is said once, and daily`() {
    var repetition = Repetition()
    let full = Saying(level: .error, event: "state.failed", text: "no space")
    let kept = Saying(level: .error, event: "bot.kept", text: "x")
    #expect(repetition.filter([full, kept], now: 0) == [full, kept])
    #expect(repetition.filter([full, kept], now: 60_000) == [kept])
    #expect(repetition.filter([full], now: 86_400_000) == [full])
    #expect(repetition.filter([full], now: 86_460_000) == [])
    #expect(repetition.filter([], now: 86_520_000) == [])
    #expect(repetition.filter([full], now: 86_580_000) == [full])
    #expect(repetition.filter([full], now: 0) == [full])
  }

  @Test(
    arguments: [
      (["NOTIFY_SOCKET": "/x"], nil),
      (["NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "30000000"], 15_000),
      (["NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], 15_000),
      (["NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil),
      (["NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "soon"], nil),
      (["WATCHDOG_USEC": "30000000"], nil),
    ] as [([String: String], Int64?)]
  )
  func `the watchdog is that of the environment`(_ environment: [String: String], _ beat: Int64?) {
    let service = ServiceManager.ofProcess(passLimit: nil, processID: 7) { environment[$0] }
    #expect(service.heartbeat == beat)
  }

  @Test func `a status is one short, harmless line`() {
    #expect(ServiceManager.line("13 projects\nREADY=0") == "13 projects")
    #expect(ServiceManager.line("a\u{1B}[2J") == "a\\u{1B}[2J")
    #expect(ServiceManager.line(String(repeating: "x", count: 900)).count == 200)
  }

  @Test func `36: a pass that seems to hang gives no signs of life any more`() async {
    let clock = ManualClock()
    let counter = Counter()
    let service = ServiceManager(watchdog: 20_000, passLimit: 100_000) { _ in counter.add() }
    await service.guarding(time: clock) {
      // The beats move the clock; the work lasts until they have stopped for good.
      while clock.bootMilliseconds() < 1_000_000 + 100_000 {
        await Task.yield()
      }
      for _ in 0..<100 {
        await Task.yield()
      }
    }
    #expect(counter.count == 10)
  }

  private final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func add() { value.withLock { $0 += 1 } }
  }
}

/// A clock on which a sleep never ends by itself.
private struct StandingClock: TimeSource {
  func wallMilliseconds() -> Int64 { 0 }
  func bootMilliseconds() -> Int64 { 0 }
  var bootID: String { "1" }

  func sleep(milliseconds: Int64) async throws(CancellationError) {
    let stop = StopFlag()
    await stop.wait()
    throw CancellationError()
  }
}
