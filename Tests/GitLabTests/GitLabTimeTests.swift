import Testing

@testable import GitLab

@Suite struct GitLabTimeTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0),
      ("2026-01-10T09:00:01.123Z", 1_768_035_601_123),
      ("2026-01-10T17:00:01.123+08:00", 1_768_035_601_123),
      ("2026-01-10T17:00:01.123+0800", 1_768_035_601_123),
      ("2026-01-10T17:00:01.123+08", 1_768_035_601_123),
      ("2026-01-10T14:30:01.123+05:30", 1_768_035_601_123),
      ("2026-01-10T02:00:01.123-07:00", 1_768_035_601_123),
      ("2026-01-10T09:00:01.123+00:00", 1_768_035_601_123),
      ("2026-01-10t09:00:01.123z", 1_768_035_601_123),
      ("2026-01-10T09:00:01,123Z", 1_768_035_601_123),
      ("2026-01-10T09:00:01.1Z", 1_768_035_601_100),
      ("2026-01-10T09:00:01.123999Z", 1_768_035_601_123),
      ("2026-01-10T09:00:01.123456789012345678901234567890Z", 1_768_035_601_123),
      ("2016-08-12 15:23:28 UTC", 1_471_015_408_000),
      ("2016-08-12 15:23:28 +0800", 1_470_986_608_000),
      ("2023-09-04T19:14:59.394+02:00", 1_693_847_699_394),
      ("2024-02-29T12:00:00Z", 1_709_208_000_000),
      ("2000-02-29T00:00:00Z", 951_782_400_000),
      ("1969-12-31T23:59:59.999Z", -1),
      ("0001-01-01T00:00:00Z", -62_135_596_800_000),
      ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
      ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ] as [(String, Int64)]
  )
  func `fault 80, a time is read whatever its offset and fraction`(text: String, expected: Int64) {
    #expect(GitLabTime.milliseconds(from: text) == expected)
  }

  @Test(arguments: [
    "", "2026-01-10", "2026-01-10T09:00Z", "2026-01-10T09:00:01", "2026-01-10 09:00:01",
    "2026-13-10T09:00:01Z", "2026-00-10T09:00:01Z", "2026-02-29T09:00:01Z", "2026-04-31T09:00:01Z",
    "2026-01-00T09:00:01Z", "2026-01-10T24:00:00Z", "2026-01-10T09:60:01Z", "2026-01-10T09:00:61Z",
    "2026-01-10T09:00:01.Z", "2026-01-10T09:00:01Z ", "2026-01-10T09:00:01ZZ",
    "2026-01-10T09:00:01+24:00", "2026-01-10T09:00:01+08:60", "2026-01-10T09:00:01+8",
    "2026-01-10T09:00:01 GMT", "2026-01-10T09:00:01UT", "+2026-01-10T09:00:01Z",
    "10000-01-10T09:00:01Z", "0000-01-10T09:00:01Z", "２０２６-01-10T09:00:01Z", "-", "1768035601",
    "2026-01-10T-9:00:01Z",
  ])
  func `fault 80, what is no time is none`(text: String) {
    #expect(GitLabTime.milliseconds(from: text) == nil)
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"),
      (1_768_035_601_123, "2026-01-10T09:00:01.123Z"),
      (1_768_035_601_001, "2026-01-10T09:00:01.001Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (.min, "0001-01-01T00:00:00.000Z"),
      (.max, "9999-12-31T23:59:59.999Z"),
    ] as [(Int64, String)]
  )
  func `a time is written as GitLab writes it`(milliseconds: Int64, expected: String) {
    #expect(GitLabTime.text(milliseconds) == expected)
  }

  @Test func `every time comes back as it was`() {
    // Steps of a prime number of milliseconds, so that all fields run through their values.
    for milliseconds in stride(
      from: Int64(-62_135_596_800_000),
      through: 253_402_300_799_999,
      by: 7_777_777_777
    ) {
      let text = GitLabTime.text(milliseconds)
      guard GitLabTime.milliseconds(from: text) == milliseconds else {
        Issue.record("\(milliseconds) was written as \(text)")
        return
      }
    }
  }

  @Test(
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000),
      ("Fri, 06 Jul 2018 21:32:09 GMT", 1_530_912_729_000),
      ("Sun, 06-Nov-94 08:49:37 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil),
      ("Sun, 6 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 UTC", nil),
      ("Sun, 06 Now 1994 08:49:37 GMT", nil), ("Sun, 31 Feb 1994 08:49:37 GMT", nil),
      ("Sun, 06 Nov 1994 08:49:37 GMT ", nil), ("", nil), ("120", nil),
    ] as [(String, Int64?)]
  )
  func `a date of HTTP is read in its one form`(text: String, expected: Int64?) {
    #expect(GitLabTime.milliseconds(fromHTTPDate: text) == expected)
  }
}
