import Glibc
import Testing

@testable import Platform

@Suite struct LocalTimeTests {
  // 2026-11-24T08:55:12.345Z
  private static let now: Int64 = 1_795_510_512_345

  struct Good: Sendable, CustomTestStringConvertible {
    let text: String
    let milliseconds: Int64
    var testDescription: String { text }

    init(_ text: String, _ milliseconds: Int64) {
      self.text = text
      self.milliseconds = milliseconds
    }
  }

  @Test(arguments: [
    Good("2026-11-24T08:55:12.345Z", now),
    Good("2026-11-24T08:55:12Z", now - 345),
    Good("2026-11-24 08:55:12Z", now - 345),
    Good("2026-11-24t08:55z", now - 12_345),
    Good("2026-11-24T16:55:12.345+08:00", now),
    Good("2026-11-24T16:55:12.345678+0800", now),
    Good("2026-11-24T00:55:12.3-08", now - 45),
    Good("2026-11-24T14:25:12+05:30", now - 345),
    Good("2024-02-29T00:00Z", 1_709_164_800_000),
    Good("1970-01-01T00:00Z", 0),
    Good("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    Good("3d", now - 3 * 86_400_000),
    Good("12h", now - 12 * 3_600_000),
    Good("90m", now - 90 * 60_000),
    Good("30s", now - 30_000),
    Good("0d", now),
    Good("007d", now - 7 * 86_400_000),
  ])
  func `a time with an offset, or so long ago, is read to the millisecond`(_ good: Good) throws {
    #expect(try LocalTime.parse(good.text, now: Self.now) == good.milliseconds)
  }

  @Test(arguments: [
    "", " ", "d", "3", "3 d", "3D", "3w", "-3d", "+3d", "3.5d", "３d", "3d ", "1d12h", "yesterday",
    "2026", "2026-11", "2026-1-2", "26-11-20", "2026/11/20", "20261120", "2026-11-20T",
    "2026-11-20T08", "2026-11-20T8:00", "2026-11-20T08:00:", "2026-11-20T08:00:0",
    "2026-11-20T08:00:00.", "2026-11-20T08:00:00.1234567890Z", "2026-11-20  08:00",
    "2026-11-20T08:00 Z", "2026-11-20T08:00+", "2026-11-20T08:00+8", "2026-11-20T08:00+08:0",
    "2026-11-20T08:00+08:60", "2026-11-20T08:00+08:000", "2026-11-20T08:00ZZ", "2026-11-20Z",
    "2026-11-20T08:00:00Europe/Berlin", "2026-11-20\n", "2026-11-20\u{0}", "٢٠٢٦-١١-٢٠",
  ])
  func `a text of another form is refused`(_ text: String) {
    #expect(throws: TimeError.malformed(text)) { try LocalTime.parse(text, now: Self.now) }
  }

  @Test(arguments: [
    "2026-00-10", "2026-13-10", "2026-11-00", "2026-11-31", "2026-02-29", "2100-02-29",
    "2026-11-20T24:00", "2026-11-20T08:60", "2026-11-20T08:00:60", "2026-11-20T08:00+24:00",
  ])
  func `a day or an hour that no calendar has is refused`(_ text: String) {
    #expect(throws: TimeError.impossible(text)) { try LocalTime.parse(text, now: Self.now) }
  }

  @Test(arguments: [
    "1969-12-31T23:59:59Z", "0000-01-01", "1970-01-01T00:00+00:01", "99999999d",
    "9223372036854775807d", "99999999999999999999999999999m",
  ])
  func `a time before 1970 is refused`(_ text: String) {
    #expect(throws: TimeError.outOfRange(text)) { try LocalTime.parse(text, now: Self.now) }
  }

  @Test func `the errors say what would be right`() {
    #expect(
      TimeError.malformed("gestern").description
        == "\"gestern\" is no time; write 2026-11-20, 2026-11-20T08:00, "
        + "2026-11-20T08:00+08:00, or 3d, 12h, 90m for so long ago"
    )
    #expect(
      TimeError.impossible("2026-02-30").description
        == "\"2026-02-30\" is no time: there is no such day or hour"
    )
    #expect(
      TimeError.outOfRange("1969-01-01").description
        == "\"1969-01-01\" is no time that can be used: it must be between 1970 and 9999"
    )
  }

  // The zone is the process's: each zone has a process of its own.

  @Test func `42 times are shown and read in the zone of TZ`() async {
    await #expect(processExitsWith: .success) {
      setZone("Asia/Shanghai")
      #expect(LocalTime.short(1_795_510_512_345) == "11-24 16:55")
      #expect(LocalTime.full(1_795_510_512_345) == "2026-11-24 16:55:12")
      #expect(LocalTime.full(-1) == "1970-01-01 07:59:59")
      #expect(moment("2026-11-24") == 1_795_449_600_000)
      #expect(moment("2026-11-24T16:55:12") == 1_795_510_512_000)
      #expect(moment("1970-01-01T08:00") == 0)
      #expect(moment("1970-01-01") == nil)
    }
  }

  @Test func `42 a night of summer time loses no minute`() async {
    await #expect(processExitsWith: .success) {
      setZone("Europe/Berlin")
      // Before, in and after the hour that is skipped, then the day after.
      #expect(moment("2026-03-29T01:59") == 1_774_745_940_000)
      #expect(moment("2026-03-29T02:30") == 1_774_747_800_000)
      #expect(LocalTime.full(1_774_747_800_000) == "2026-03-29 03:30:00")
      #expect(moment("2026-03-29T03:00") == 1_774_746_000_000)
      #expect(LocalTime.full(1_774_745_999_000) == "2026-03-29 01:59:59")
      #expect(LocalTime.full(1_774_746_000_000) == "2026-03-29 03:00:00")
      // The hour that comes twice.
      #expect(LocalTime.short(1_792_888_200_000) == "10-25 02:30")
      #expect(LocalTime.short(1_792_891_800_000) == "10-25 02:30")
      let twice = moment("2026-10-25T02:30")
      #expect(twice == 1_792_888_200_000 || twice == 1_792_891_800_000)
    }
  }

  @Test func `42 a day that begins at one o'clock begins there`() async {
    await #expect(processExitsWith: .success) {
      setZone("Africa/Cairo")
      // Clocks go from 00:00 to 01:00 on the last Friday of April.
      let start = try #require(moment("2026-04-24"))
      #expect(LocalTime.full(start) == "2026-04-24 01:00:00")
      #expect(LocalTime.full(start - 1000) == "2026-04-23 23:59:59")
    }
  }

  @Test func `42 a rubbish TZ is UTC`() async {
    await #expect(processExitsWith: .success) {
      setZone("No/Such:Zone")
      #expect(LocalTime.full(1_795_510_512_345) == "2026-11-24 08:55:12")
      #expect(moment("2026-11-24T08:55:12") == 1_795_510_512_000)
    }
  }

  @Test func `41 times after 2038 and in far years are shown right`() async {
    await #expect(processExitsWith: .success) {
      setZone("UTC")
      #expect(LocalTime.full(2_147_483_648_000) == "2038-01-19 03:14:08")
      #expect(LocalTime.full(4_102_444_800_000) == "2100-01-01 00:00:00")
      #expect(LocalTime.full(253_402_300_799_000) == "9999-12-31 23:59:59")
      #expect(!LocalTime.full(.max).isEmpty)
      #expect(!LocalTime.full(.min).isEmpty)
      #expect(moment("2038-01-19T03:14:08") == 2_147_483_648_000)
    }
  }
}

private func setZone(_ name: String) {
  unsafe setenv("TZ", name, 1)
  tzset()
}

private func moment(_ text: String) -> Int64? { try? LocalTime.parse(text, now: 0) }
