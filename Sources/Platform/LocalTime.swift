import Glibc

/// Times as people read and write them: in the machine's local zone.
///
/// Inside the program times are milliseconds since 1970 in UTC. `TZ` decides the zone here, and
/// nowhere else; a rubbish `TZ` is UTC.
package enum LocalTime {
  /// Returns month, day and minute: "11-21 18:02".
  package static func short(_ milliseconds: Int64) -> String {
    let fields = Fields(milliseconds)
    return "\(two(fields.month))-\(two(fields.day)) \(two(fields.hour)):\(two(fields.minute))"
  }

  /// Returns date and time to the second: "2026-11-24 08:55:12".
  package static func full(_ milliseconds: Int64) -> String {
    let fields = Fields(milliseconds)
    return "\(date(fields)) \(two(fields.hour)):\(two(fields.minute)):\(two(fields.second))"
  }

  /// Returns date and time in UTC as machines read them: "2026-11-24T08:55:12.123Z".
  package static func utc(_ milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
    var parts = unsafe tm()
    unsafe gmtime_r(&seconds, &parts)
    let fields = unsafe Fields(parts)
    let thousandths = String(milliseconds - Int64(seconds) * 1000)
    let padding = String(repeating: "0", count: max(0, 3 - thousandths.count))
    return "\(date(fields))T\(two(fields.hour)):\(two(fields.minute)):\(two(fields.second))"
      + ".\(padding)\(thousandths)Z"
  }

  private static func date(_ fields: Fields) -> String {
    let year = String(fields.year)
    let padding = String(repeating: "0", count: max(0, 4 - year.count))
    return "\(padding)\(year)-\(two(fields.month))-\(two(fields.day))"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// A date and time of day in the local zone.
  struct Fields: Equatable {
    var year: Int
    var month: Int
    var day: Int
    var hour = 0
    var minute = 0
    var second = 0
  }
}

extension LocalTime.Fields {
  init(_ milliseconds: Int64) {
    // Rounded down, so that the last millisecond before 1970 is still 1969.
    let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    var seconds = time_t(rest < 0 ? whole - 1 : whole)
    var parts = unsafe tm()
    unsafe localtime_r(&seconds, &parts)
    self = unsafe LocalTime.Fields(parts)
  }

  init(_ parts: tm) {
    self = unsafe LocalTime.Fields(
      year: Int(parts.tm_year) + 1900,
      month: Int(parts.tm_mon) + 1,
      day: Int(parts.tm_mday),
      hour: Int(parts.tm_hour),
      minute: Int(parts.tm_min),
      second: Int(parts.tm_sec)
    )
  }

  /// Seconds since 1970 of this time in the local zone.
  ///
  /// A time that summer time skips is read with the offset from before it: 02:30 becomes 03:30.
  var localSeconds: Int64 {
    var parts = unsafe cParts
    unsafe parts.tm_isdst = -1
    let seconds = unsafe Int64(mktime(&parts))
    // In a gap the C library may choose the other offset, which would land before the gap.
    let missing = utcSeconds - LocalTime.Fields(seconds * 1000).utcSeconds
    return missing > 0 ? seconds + missing : seconds
  }

  /// Seconds since 1970 of this time in UTC.
  var utcSeconds: Int64 {
    var parts = unsafe cParts
    return unsafe Int64(timegm(&parts))
  }

  private var cParts: tm {
    var parts = unsafe tm()
    unsafe parts.tm_year = Int32(year - 1900)
    unsafe parts.tm_mon = Int32(month - 1)
    unsafe parts.tm_mday = Int32(day)
    unsafe parts.tm_hour = Int32(hour)
    unsafe parts.tm_min = Int32(minute)
    unsafe parts.tm_sec = Int32(second)
    return unsafe parts
  }
}
