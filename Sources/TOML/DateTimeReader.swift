/// Reads a token as a date, a time or both.
struct DateTimeReader {
  private let token: ArraySlice<UInt8>
  private var index: Int

  init(_ token: ArraySlice<UInt8>) {
    self.token = token
    index = token.startIndex
  }

  /// Whether the bytes have the form of a date and no more.
  static func isDate(_ token: ArraySlice<UInt8>) -> Bool {
    token.count == 10
      && zip(token, "dddd-dd-dd".utf8).allSatisfy {
        $1 == UInt8(ascii: "d") ? isDigit($0) : $0 == $1
      }
  }

  /// Whether a token that begins like a number can only be meant as a date or a time.
  static func looksLikeDateOrTime(_ token: ArraySlice<UInt8>) -> Bool {
    let digits = token.prefix { isDigit($0) }
    switch token.dropFirst(digits.count).first {
    case UInt8(ascii: ":")?: return true
    case UInt8(ascii: "-")?: return digits.count >= 1
    default: return false
    }
  }

  mutating func read() -> Result<TOMLValue, TokenProblem> {
    do throws(TokenProblem) {
      let value = try readValue()
      guard index == token.endIndex else { throw TokenProblem(.malformedDateTime) }
      return .success(value)
    } catch {
      return .failure(error)
    }
  }

  private mutating func readValue() throws(TokenProblem) -> TOMLValue {
    if token.count > 2, token[token.startIndex + 2] == UInt8(ascii: ":") {
      return .localTime(try readTime())
    }
    let date = try readDate()
    guard index < token.endIndex else { return .localDate(date) }
    switch token[index] {
    case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " "): index += 1
    default: throw TokenProblem(.malformedDateTime)
    }
    let time = try readTime()
    guard index < token.endIndex else { return .localDateTime(date, time) }
    return .offsetDateTime(date, time, offsetMinutes: try readOffset())
  }

  private mutating func readDate() throws(TokenProblem) -> TOMLDate {
    let year = try readDigits(4)
    try expect("-")
    let month = try readDigits(2)
    try expect("-")
    let day = try readDigits(2)
    guard let date = TOMLDate(year: year, month: month, day: day) else {
      throw TokenProblem(.impossibleDate)
    }
    return date
  }

  private mutating func readTime() throws(TokenProblem) -> TOMLTime {
    let hour = try readDigits(2)
    try expect(":")
    let minute = try readDigits(2)
    try expect(":")
    let second = try readDigits(2)
    var nanosecond = 0
    if index < token.endIndex, token[index] == UInt8(ascii: ".") {
      index += 1
      let digits = token[index...].prefix { isDigit($0) }
      guard !digits.isEmpty else { throw TokenProblem(.malformedDateTime) }
      var unit = 100_000_000
      for digit in digits.prefix(9) {
        nanosecond += Int(digit - UInt8(ascii: "0")) * unit
        unit /= 10
      }
      index = digits.endIndex
    }
    let time = TOMLTime(hour: hour, minute: minute, second: second, nanosecond: nanosecond)
    guard let time else { throw TokenProblem(.impossibleTime) }
    return time
  }

  private mutating func readOffset() throws(TokenProblem) -> Int {
    let sign = token[index]
    index += 1
    switch sign {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"): return 0
    case UInt8(ascii: "+"), UInt8(ascii: "-"): break
    default: throw TokenProblem(.malformedDateTime)
    }
    let hours = try readDigits(2)
    try expect(":")
    let minutes = try readDigits(2)
    guard hours < 24, minutes < 60 else { throw TokenProblem(.impossibleTime) }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }

  private mutating func readDigits(_ count: Int) throws(TokenProblem) -> Int {
    let digits = token[index...].prefix(count)
    guard digits.count == count, digits.allSatisfy({ isDigit($0) }) else {
      throw TokenProblem(.malformedDateTime)
    }
    index = digits.endIndex
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  private mutating func expect(_ scalar: Unicode.Scalar) throws(TokenProblem) {
    guard index < token.endIndex, token[index] == UInt8(ascii: scalar) else {
      throw TokenProblem(.malformedDateTime)
    }
    index += 1
  }
}
