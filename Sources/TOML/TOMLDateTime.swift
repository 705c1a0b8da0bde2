/// A day of the calendar, from 0000-01-01 to 9999-12-31, that exists.
package struct TOMLDate: Sendable, Hashable, CustomStringConvertible {
  package var year: Int
  package var month: Int
  package var day: Int

  /// Makes a day, or nil if the calendar has no such day.
  init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1 else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[month - 1] else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  package var description: String {
    padded(year, to: 4) + "-" + padded(month, to: 2) + "-" + padded(day, to: 2)
  }
}

/// A time of day; second 60 is a leap second.
package struct TOMLTime: Sendable, Hashable, CustomStringConvertible {
  package var hour: Int
  package var minute: Int
  package var second: Int
  /// The fraction of the second; finer digits are cut, as TOML wants it.
  package var nanosecond: Int

  /// Makes a time of day, or nil if a part is out of its range.
  init?(hour: Int, minute: Int, second: Int, nanosecond: Int) {
    guard (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second) else {
      return nil
    }
    self.hour = hour
    self.minute = minute
    self.second = second
    self.nanosecond = nanosecond
  }

  package var description: String {
    var text = padded(hour, to: 2) + ":" + padded(minute, to: 2) + ":" + padded(second, to: 2)
    if nanosecond > 0 {
      var digits = padded(nanosecond, to: 9)
      while digits.hasSuffix("0") { digits.removeLast() }
      text += "." + digits
    }
    return text
  }
}

private func padded(_ number: Int, to width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
