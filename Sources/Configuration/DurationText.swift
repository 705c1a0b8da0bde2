/// Reads durations as the configuration writes them: `500ms`, `30s`, `5m`, `12h`, `30d`, `0`.
enum DurationText {
  /// Why a text is no duration.
  enum Problem: Error {
    case malformed
    case tooLong
  }

  /// A century: far beyond use, far from overflow.
  static let dayLimit: Int64 = 36_500

  static func read(_ text: String) -> Result<Duration, Problem> {
    if text == "0" { return .success(.zero) }
    let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
    let unit: Int64
    switch String(text.utf8.dropFirst(digits.count)) {
    case "ms": unit = 1
    case "s": unit = 1000
    case "m": unit = 60_000
    case "h": unit = 3_600_000
    case "d": unit = 86_400_000
    default: return .failure(.malformed)
    }
    guard !digits.isEmpty else { return .failure(.malformed) }
    guard let number = Int64(String(decoding: digits, as: UTF8.self)) else {
      return .failure(.tooLong)
    }
    let (milliseconds, isOverflow) = number.multipliedReportingOverflow(by: unit)
    guard !isOverflow, milliseconds <= dayLimit * 86_400_000 else { return .failure(.tooLong) }
    return .success(.milliseconds(milliseconds))
  }
}
