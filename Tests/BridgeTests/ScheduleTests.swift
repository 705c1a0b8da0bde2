import Changes
import Testing

@testable import Bridge

@Suite struct ScheduleTests {
  private func at(_ minute: Int64) -> Timestamp {
    Timestamp(milliseconds: 1_795_478_400_000 + minute * 60_000)
  }

  /// The minutes between passes: every one, fewer, and at odd times.
  @Test(arguments: [[1], [2], [3], [5], [30], [1, 7, 2, 15, 3]])
  func `every project has its turn in every round, however often passes come`(
    gaps: [Int64]
  ) {
    for round in [2, 4, Schedule.pushRound] {
      var turns: [Int: [Int64]] = [:]
      var now: Int64 = 0
      var step = 0
      while now < 300 {
        let before = now
        now += gaps[step % gaps.count]
        step += 1
        for id in 1...100
        where Schedule.isTurn(id, round: round, from: at(before), to: at(now)) {
          turns[id, default: [0]].append(now)
        }
      }
      let longest = gaps.max() ?? 1
      for id in 1...100 {
        let times = turns[id] ?? []
        let waits = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect((waits.max() ?? .max) <= round + longest)
      }
    }
  }

  @Test func `without a pass before, or with the clock set back, everybody has a turn`() {
    for id in 1...50 {
      #expect(Schedule.isTurn(id, round: 14, from: nil, to: at(3)))
      let schedule = Schedule(now: at(0), sweptTo: at(5), projects: 600)
      #expect(schedule.isPushTurn(id) && schedule.isBuildTurn(id))
    }
  }

  @Test func `no round is longer than the promised delays allow`() {
    for count in [1, 44, 45, 499, 500, 1000, 10_000, 1_000_000] {
      // A row that shows just after its project's turn waits a whole round, and for its pass.
      #expect(Schedule.buildRound(projects: count) + 1 <= 5)
    }
    #expect(Schedule.pushRound + 1 <= 15)
  }

  @Test func `turns are spread over the round`() {
    let perMinute = (1...14).map { minute in
      (1...1400).count { Schedule.isTurn($0, round: 14, from: at(minute - 1), to: at(minute)) }
    }
    #expect(perMinute.reduce(0, +) == 1400)
    #expect(perMinute.allSatisfy { (50...150).contains($0) })
  }
}
