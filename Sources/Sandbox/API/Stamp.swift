/// Times as GitLab writes and reads them; all values are milliseconds since 1970 UTC.
enum Stamp {
  /// Appends `2026-01-10T09:00:01.123Z`, or the same instant at another offset (`+08:00`).
  static func append(_ milliseconds: Int64, utcOffset minutes: Int, to bytes: inout [UInt8]) {
    let local = milliseconds + Int64(minutes) * 60_000
    appendSeconds(local, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    append(Int(local - floorDivide(local, 1000) * 1000), digits: 3, to: &bytes)
    appendOffset(minutes, to: &bytes)
  }

  /// Returns an instant without its fraction, as the `timestamp` of a webhook's commit.
  static func withoutFraction(_ milliseconds: Int64, utcOffset minutes: Int) -> String {
    var bytes: [UInt8] = []
    appendSeconds(milliseconds + Int64(minutes) * 60_000, to: &bytes)
    appendOffset(minutes, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Returns `2026-01-10 09:00:01 UTC`, the form of dates in older webhooks.
  static func spelled(_ milliseconds: Int64) -> String {
    var bytes: [UInt8] = []
    appendSeconds(milliseconds, to: &bytes)
    bytes[10] = UInt8(ascii: " ")
    return String(decoding: bytes, as: UTF8.self) + " UTC"
  }

  /// Returns the instant as HTTP's `Date` header has it.
  static func http(_ milliseconds: Int64) -> String {
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let days = floorDivide(milliseconds, 86_400_000)
    let (year, month, day) = civil(days)
    var bytes: [UInt8] = []
    bytes.append(contentsOf: weekdays[Int(days - floorDivide(days, 7) * 7)].utf8)
    bytes.append(contentsOf: ", ".utf8)
    append(day, digits: 2, to: &bytes)
    bytes.append(contentsOf: " \(months[month - 1]) \(year) ".utf8)
    appendClock(milliseconds, to: &bytes)
    bytes.append(contentsOf: " GMT".utf8)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Returns the start of a UTC day moved by the offset of the instance's zone.
  static func startOfDay(_ milliseconds: Int64) -> Int64 {
    floorDivide(milliseconds, 86_400_000) * 86_400_000
  }

  /// Reads a date or an ISO 8601 date and time; without an offset it is UTC.
  static func parse(_ text: some StringProtocol) -> Int64? {
    var digits = Scanner(bytes: Array(text.utf8))
    guard let year = digits.number(4), digits.skip("-"), let month = digits.number(2),
      digits.skip("-"), let day = digits.number(2), (1...12).contains(month),
      (1...31).contains(day)
    else { return nil }
    var result = days(year, month, day) * 86_400_000
    if digits.isAtEnd { return result }
    guard digits.skip("T") || digits.skip(" "), let hour = digits.number(2), digits.skip(":"),
      let minute = digits.number(2)
    else { return nil }
    result += Int64(hour) * 3_600_000 + Int64(minute) * 60_000
    if digits.skip(":") {
      guard let second = digits.number(2) else { return nil }
      result += Int64(second) * 1000
      if digits.skip(".") { result += digits.fraction() }
    }
    if digits.isAtEnd || digits.skip("Z") { return digits.isAtEnd ? result : nil }
    let isWest = digits.skip("-")
    guard isWest || digits.skip("+") || digits.skip(" "), let hours = digits.number(2)
    else { return nil }
    _ = digits.skip(":")
    let offset = Int64(hours * 60 + (digits.number(2) ?? 0)) * 60_000
    return digits.isAtEnd ? result + (isWest ? offset : -offset) : nil
  }

  private struct Scanner {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func number(_ digits: Int) -> Int? {
      guard position + digits <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[position..<position + digits] {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int(byte) - 48
      }
      position += digits
      return value
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func fraction() -> Int64 {
      var value: Int64 = 0
      var scale: Int64 = 100
      while position < bytes.count, (48...57).contains(bytes[position]) {
        value += Int64(bytes[position] - 48) * scale
        scale /= 10
        position += 1
      }
      return value
    }
  }

  private static func appendSeconds(_ local: Int64, to bytes: inout [UInt8]) {
    appendDate(local, to: &bytes)
    bytes.append(UInt8(ascii: "T"))
    appendClock(local, to: &bytes)
  }

  private static func appendDate(_ local: Int64, to bytes: inout [UInt8]) {
    let (year, month, day) = civil(floorDivide(local, 86_400_000))
    append(year, digits: 4, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(month, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(day, digits: 2, to: &bytes)
  }

  private static func appendClock(_ local: Int64, to bytes: inout [UInt8]) {
    let seconds = Int((local - startOfDay(local)) / 1000)
    append(seconds / 3600, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(seconds / 60 % 60, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(seconds % 60, digits: 2, to: &bytes)
  }

  private static func appendOffset(_ minutes: Int, to bytes: inout [UInt8]) {
    if minutes == 0 {
      bytes.append(UInt8(ascii: "Z"))
      return
    }
    bytes.append(minutes < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    append(abs(minutes) / 60, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(abs(minutes) % 60, digits: 2, to: &bytes)
  }

  private static func append(_ number: Int, digits: Int, to bytes: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    var rest = number
    while divisor > 0 {
      bytes.append(48 + UInt8(truncatingIfNeeded: rest / divisor % 10))
      rest %= divisor
      divisor /= 10
    }
  }

  private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
    value >= 0 ? value / by : -((by - 1 - value) / by)
  }

  /// Returns the proleptic Gregorian date of a day number, counted from 1970-01-01.
  private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (Int(year), Int(month), Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1))
  }

  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
    let shiftedYear = Int64(month <= 2 ? year - 1 : year)
    let era = floorDivide(shiftedYear, 400)
    let yearOfEra = shiftedYear - era * 400
    let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
