internal import Changes
internal import Testing

@testable import Bridge

@Suite struct DeliverRetryTests {
  @Test(
    arguments: zip(
      [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1_000, Int.max],
      [10, 10, 10, 30, 60, 120, 300, 600, 900, 900, 900, 900] as [Int64]
    )
  )
  func `failures pause for 10 s, 30 s, 60 s, 2, 5, 10 and then 15 minutes, with jitter`(
    count: Int,
    seconds: Int64
  ) {
    let full = seconds * 1_000
    #expect(Retry.pause(after: .failure, count: count, jitter: 1) == full)
    #expect(Retry.pause(after: .failure, count: count, jitter: 0) == full / 2)
    #expect(Retry.pause(after: .failure, count: count, jitter: 0.5) == full * 3 / 4)
    #expect(Retry.pause(after: .failure, count: count, jitter: -3) == full / 2)
    #expect(Retry.pause(after: .failure, count: count, jitter: 3) == full)
  }

  @Test(
    arguments: zip(
      [0, 1, 2, 3, 4, 5, 6, 80, Int.max],
      [60, 60, 120, 240, 480, 600, 600, 600, 600] as [Int64]
    )
  )
  func `a rate limit is waited out for 60 s, doubling to 10 minutes`(count: Int, seconds: Int64) {
    #expect(Retry.pause(after: .rateLimit, count: count, jitter: 0.3) == seconds * 1_000)
  }

  @Test(arguments: [1, 2, 9])
  func `a refused bot is tried every 15 minutes`(count: Int) {
    #expect(Retry.pause(after: .refused, count: count, jitter: 0.3) == 900_000)
  }

  @Test func `a row of one cause is counted and another cause begins a new one`() {
    func stamp(_ seconds: Int64) -> SendStamp {
      SendStamp(wall: seconds * 1_000, boot: seconds * 1_000, bootID: "b")
    }
    var delay: Delay?
    func next(_ cause: Delay.Cause, at seconds: Int64) -> Delay {
      let next = Retry.delay(
        cause,
        reason: "r\(seconds)",
        after: delay,
        keyDigest: "k",
        now: stamp(seconds),
        jitter: 1
      )
      delay = next
      return next
    }
    #expect(
      next(.failure, at: 100)
        == Delay(
          cause: .failure,
          count: 1,
          until: stamp(110),
          since: Timestamp(milliseconds: 100_000),
          reason: "r100",
          keyDigest: "k"
        )
    )
    let second = next(.failure, at: 200)
    #expect(second.count == 2)
    #expect(second.until == stamp(230))
    #expect(second.since.milliseconds == 100_000)
    let other = next(.rateLimit, at: 300)
    #expect(other.count == 1)
    #expect(other.until == stamp(360))
    #expect(other.since.milliseconds == 300_000)
    #expect(next(.rateLimit, at: 400).until == stamp(520))
    #expect(next(.failure, at: 600).count == 1)
  }

  struct Left: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var now: SendStamp
    var left: Int64
  }

  @Test(arguments: [
    Left(
      testDescription: "the same start",
      now: SendStamp(wall: 9, boot: 1_100_000, bootID: "a"),
      left: 500_000
    ),
    Left(
      testDescription: "the same start, over",
      now: SendStamp(wall: 9, boot: 1_700_000, bootID: "a"),
      left: 0
    ),
    Left(
      testDescription: "another start, the wall clock right",
      now: SendStamp(wall: 5_300_000, boot: 10_000, bootID: "b"),
      left: 300_000
    ),
    Left(
      testDescription: "another start, the wall clock ahead",
      now: SendStamp(wall: 99_000_000, boot: 10_000, bootID: "b"),
      left: 0
    ),
    Left(
      testDescription: "another start, the wall clock a year back",
      now: SendStamp(wall: -31_536_000_000, boot: 10_000, bootID: "b"),
      left: 890_000
    ),
    Left(
      testDescription: "another start long ago, the wall clock a year back",
      now: SendStamp(wall: -31_536_000_000, boot: 900_000, bootID: "b"),
      left: 0
    ),
    Left(
      testDescription: "a machine restored from a snapshot, boot clock back",
      now: SendStamp(wall: 5_590_000, boot: 20, bootID: "a"),
      left: 10_000
    ),
  ])
  func `a retry time holds over reboots and clock steps, 43: a reboot and 40: a step back`(
    _ row: Left
  ) {
    let until = SendStamp(wall: 5_600_000, boot: 1_600_000, bootID: "a")
    #expect(until.remaining(at: row.now, limit: Retry.longest) == row.left)
  }
}
