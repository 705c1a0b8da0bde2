import Changes
import Testing

@testable import Bridge
@testable import GitLab

@Suite struct HeadroomTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let limit: RateLimit
    let expected: Headroom

    init(
      _ name: String,
      limit: Int64? = nil,
      remaining: Int64? = nil,
      seconds: Int64? = nil,
      _ expected: Headroom
    ) {
      self.name = name
      self.limit = RateLimit(
        limit: limit,
        remaining: remaining,
        reset: seconds.map { HeadroomTests.now / 1000 + $0 }
      )
      self.expected = expected
    }

    var testDescription: String { name }
  }

  private static let now: Int64 = 1_795_478_400_000

  private static let cases = [
    Case("no headers of use", .ample),
    Case("no count of what is left", limit: 600, seconds: 30, .ample),
    Case("all is left", limit: 600, remaining: 599, seconds: 60, .ample),
    Case("a burst of half a minute's requests", limit: 600, remaining: 300, seconds: 60, .ample),
    Case(
      "less than half of the even share",
      limit: 600,
      remaining: 299,
      seconds: 60,
      .spaced(milliseconds: 200)
    ),
    Case("little, but the window ends", limit: 600, remaining: 20, seconds: 4, .ample),
    Case("one", limit: 600, remaining: 1, seconds: 50, .spaced(milliseconds: 50_000)),
    Case("half of an hour's window", limit: 120, remaining: 3600, seconds: 3600, .ample),
    Case(
      "a tenth of an hour's window",
      limit: 120,
      remaining: 720,
      seconds: 1800,
      .spaced(milliseconds: 2500)
    ),
    Case("nothing", limit: 600, remaining: 0, seconds: 20, .spent(milliseconds: 20_000)),
    Case("nothing, and no end named", limit: 600, remaining: 0, .spent(milliseconds: 60_000)),
    Case("nothing, until now", limit: 600, remaining: 0, seconds: 0, .spent(milliseconds: 1000)),
    Case(
      "nothing, until before",
      limit: 600,
      remaining: 0,
      seconds: -9,
      .spent(milliseconds: 1000)
    ),
    Case(
      "nothing for an hour",
      limit: 120,
      remaining: 0,
      seconds: 3600,
      .spent(milliseconds: 900_000)
    ),
    Case("no limit named", remaining: 5, seconds: 50, .ample),
    Case("no end named", limit: 600, remaining: 5, .ample),
    Case("an end long past", limit: 600, remaining: 5, seconds: -5000, .ample),
    Case(
      "an end in far years",
      limit: 600,
      remaining: 100,
      seconds: 1 << 50,
      .spaced(milliseconds: 36_000)
    ),
    Case("numbers of no sense", limit: .max, remaining: .max, seconds: 60, .ample),
  ]

  @Test(arguments: cases) func `61 what is left of a limit decides the pace`(each: Case) {
    #expect(Headroom(each.limit, now: Timestamp(milliseconds: Self.now)) == each.expected)
  }

  @Test func `61 the last second of time is no trap`() {
    let limit = RateLimit(limit: 600, remaining: 1, reset: .max)
    #expect(
      Headroom(limit, now: Timestamp(milliseconds: Self.now)) == .spaced(milliseconds: 3_600_000)
    )
  }
}
