/// GitLab's times as milliseconds since 1970 UTC.
///
/// `Date` is a floating-point number and loses milliseconds on the way back to text; a cursor
/// must come back exactly as it was, so times stay whole numbers here.
package enum GitLabTime {
  /// Reads a time of GitLab, or returns nil when it is none.
  ///
  /// Understands ISO 8601 with `T` or a blank, with or without a fraction (cut to milliseconds),
  /// and an offset as `Z`, `UTC`, `+08:00`, `+0800` or `+08`. A time without an offset is none:
  /// nobody could say when it was.
  package static func milliseconds(from text: String) -> Int64? {
    var scanner = TimeScanner(text)
    guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2),
      scanner.skip("-"), let day = scanner.digits(2), scanner.skipAny("Tt "),
      let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2),
      scanner.skip(":"), let second = scanner.digits(2)
    else { return nil }
    var fraction: Int64 = 0
    if scanner.skipAny(".,") {
      guard let read = scanner.fraction() else { return nil }
      fraction = read
    }
    guard let offset = scanner.offset(), scanner.isAtEnd,
      let start = milliseconds(
        year: year,
        month: month,
        day: day,
        hour: hour,
        minute: minute,
        second: second
      )
    else { return nil }
    return start + fraction - offset * 60_000
  }

  /// Reads the date of an HTTP header, as in `Sun, 06 Nov 1994 08:49:37 GMT`.
  ///
  /// Only that form, the one that servers must send (RFC 9110, section 5.6.7); nil for any other.
  package static func milliseconds(fromHTTPDate text: String) -> Int64? {
    var scanner = TimeScanner(text)
    guard scanner.name(of: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]) != nil,
      scanner.skip(","), scanner.skip(" "), let day = scanner.digits(2), scanner.skip(" "),
      let month = scanner.name(of: months), scanner.skip(" "), let year = scanner.digits(4),
      scanner.skip(" "), let hour = scanner.digits(2), scanner.skip(":"),
      let minute = scanner.digits(2), scanner.skip(":"), let second = scanner.digits(2),
      scanner.skip(" "), scanner.skip("G"), scanner.skip("M"), scanner.skip("T"), scanner.isAtEnd
    else { return nil }
    return milliseconds(
      year: year,
      month: Int64(month) + 1,
      day: day,
      hour: hour,
      minute: minute,
      second: second
    )
  }

  /// Returns a time as GitLab writes it: `2026-01-10T09:00:01.123Z`.
  ///
  /// Times before the year 1 and after 9999 are moved to the nearest one that can be written.
  package static func text(_ milliseconds: Int64) -> String {
    let clamped = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
    let (days, rest) = floorDivide(clamped, by: 86_400_000)
    let date = civil(days)
    let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { padded($0, 2) }
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
      + "T\(clock.joined(separator: ":")).\(padded(rest % 1000, 3))Z"
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func milliseconds(
    year: Int64,
    month: Int64,
    day: Int64,
    hour: Int64,
    minute: Int64,
    second: Int64
  ) -> Int64? {
    // A second of 60 is a leap second; it counts as the first of the next minute.
    guard year >= 1, (1...12).contains(month), day >= 1, hour <= 23, minute <= 59, second <= 60
    else { return nil }
    let days = daysSince1970(year: year, month: month, day: day)
    guard civil(days) == (year, month, day) else { return nil }
    return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000
  }

  // Days are counted in years that begin in March, so that a leap day comes last.
  private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let marchYear = month > 2 ? year : year - 1
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear
      - 719_468
  }

  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floorDivide(days + 719_468, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func floorDivide(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// Reads the pieces of a time from the front of a text.
private struct TimeScanner {
  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool { index == bytes.count }

  mutating func digits(_ count: Int) -> Int64? {
    guard bytes.count - index >= count else { return nil }
    var number: Int64 = 0
    for place in index..<(index + count) {
      let byte = bytes[place]
      guard 0x30 <= byte && byte <= 0x39 else { return nil }
      number = number * 10 + Int64(byte - 0x30)
    }
    index += count
    return number
  }

  mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard !isAtEnd, Unicode.Scalar(bytes[index]) == scalar else { return false }
    index += 1
    return true
  }

  mutating func skipAny(_ scalars: String) -> Bool {
    guard !isAtEnd, scalars.utf8.contains(bytes[index]) else { return false }
    index += 1
    return true
  }

  /// Takes all digits of a fraction and returns its milliseconds; nil for no digit at all.
  mutating func fraction() -> Int64? {
    var milliseconds: Int64 = 0
    var weight: Int64 = 100
    let start = index
    while let digit = digits(1) {
      milliseconds += digit * weight
      weight /= 10
    }
    return index > start ? milliseconds : nil
  }

  /// Takes an offset and returns its minutes east of UTC.
  mutating func offset() -> Int64? {
    _ = skip(" ")
    if skipAny("Zz") { return 0 }
    if skip("U") { return skip("T") && skip("C") ? 0 : nil }
    let sign: Int64
    if skip("+") {
      sign = 1
    } else if skip("-") {
      sign = -1
    } else {
      return nil
    }
    guard let hours = digits(2), hours <= 23 else { return nil }
    guard !isAtEnd else { return sign * hours * 60 }
    _ = skip(":")
    guard let minutes = digits(2), minutes <= 59 else { return nil }
    return sign * (hours * 60 + minutes)
  }

  /// Takes one of the names and returns its index.
  mutating func name(of names: [String]) -> Int? {
    guard let name = names.firstIndex(where: { bytes[index...].starts(with: $0.utf8) }) else {
      return nil
    }
    index += names[name].utf8.count
    return name
  }
}
