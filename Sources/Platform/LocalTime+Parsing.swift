extension LocalTime {
  /// Returns the milliseconds since 1970 that a TIME of the command line means.
  ///
  /// `2026-11-20`, `2026-11-20T08:00`, `2026-11-20T08:00:30`, the last two also with a blank for
  /// the `T` (as this program prints them), a fraction of the second, and `Z` or an offset; local
  /// time where neither is given. `3d`, `12h`, `90m`, `30s` count back from `now`, which is
  /// milliseconds since 1970 as well.
  ///
  /// - Throws: `TimeError`, which says what would be right.
  package static func parse(_ text: String, now: Int64) throws(TimeError) -> Int64 {
    var scanner = Scanner(text)
    if let ago = scanner.ago() {
      let (span, overflow) = ago.count.multipliedReportingOverflow(by: ago.unit)
      guard !overflow, span <= now else { throw .outOfRange(text) }
      return now - span
    }
    guard let fields = scanner.date() else { throw .malformed(text) }
    var moment = Moment(fields: fields)
    if !scanner.isAtEnd {
      guard scanner.skip("T") || scanner.skip(" ") || scanner.skip("t"), scanner.time(into: &moment)
      else { throw .malformed(text) }
      moment.offsetMinutes = scanner.offset()
    }
    guard scanner.isAtEnd else { throw .malformed(text) }
    guard moment.isPossible else { throw .impossible(text) }
    let milliseconds = moment.milliseconds
    guard milliseconds >= 0, fields.year <= 9999 else { throw .outOfRange(text) }
    return milliseconds
  }
}

private struct Moment {
  var fields: LocalTime.Fields
  var fraction: Int64 = 0
  /// Minutes east of Greenwich, nil for local time.
  var offsetMinutes: Int?

  var isPossible: Bool {
    let isLeap = fields.year % 4 == 0 && (fields.year % 100 != 0 || fields.year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(fields.month) && (1...days[fields.month - 1]).contains(fields.day)
      && fields.hour < 24 && fields.minute < 60 && fields.second < 60
      && abs(offsetMinutes ?? 0) < 24 * 60
  }

  var milliseconds: Int64 {
    let seconds = offsetMinutes.map { fields.utcSeconds - Int64($0) * 60 } ?? fields.localSeconds
    return seconds * 1000 + fraction
  }
}

private struct Scanner {
  private var rest: ArraySlice<UInt8>

  init(_ text: String) { rest = ArraySlice(text.utf8) }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first.map(UInt32.init) == character.value else { return false }
    rest.removeFirst()
    return true
  }

  mutating func digits(_ count: Int) -> Int? {
    let digits = rest.prefix { (0x30...0x39).contains($0) }.prefix(count)
    guard digits.count == count else { return nil }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// A count and a unit to the very end; nothing is consumed otherwise.
  func ago() -> (count: Int64, unit: Int64)? {
    let units: [UInt8: Int64] = [
      UInt8(ascii: "d"): 86_400_000, UInt8(ascii: "h"): 3_600_000, UInt8(ascii: "m"): 60_000,
      UInt8(ascii: "s"): 1000,
    ]
    guard let last = rest.last, let unit = units[last] else { return nil }
    let digits = rest.dropLast()
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    // More digits than fit are a time out of range, not a wrong form.
    return (Int64(String(decoding: digits, as: UTF8.self)) ?? .max, unit)
  }

  mutating func date() -> LocalTime.Fields? {
    guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2)
    else { return nil }
    return LocalTime.Fields(year: year, month: month, day: day)
  }

  mutating func time(into moment: inout Moment) -> Bool {
    guard let hour = digits(2), skip(":"), let minute = digits(2) else { return false }
    moment.fields.hour = hour
    moment.fields.minute = minute
    guard skip(":") else { return true }
    guard let second = digits(2) else { return false }
    moment.fields.second = second
    guard skip(".") else { return true }
    let fraction = rest.prefix { (0x30...0x39).contains($0) }
    guard (1...9).contains(fraction.count) else { return false }
    rest = rest.dropFirst(fraction.count)
    let thousandths = (fraction + [0x30, 0x30]).prefix(3)
    moment.fraction = thousandths.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    return true
  }

  mutating func offset() -> Int? {
    if skip("Z") || skip("z") { return 0 }
    guard let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return nil
    }
    var copy = self
    copy.rest.removeFirst()
    guard let hours = copy.digits(2) else { return nil }
    var minutes = 0
    if !copy.isAtEnd {
      let hadColon = copy.skip(":")
      guard let given = copy.digits(2), given < 60 || !hadColon else { return nil }
      minutes = given
    }
    guard minutes < 60 else { return nil }
    self = copy
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }
}
