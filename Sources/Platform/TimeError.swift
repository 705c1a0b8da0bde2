/// Why a text is no point in time.
package enum TimeError: Error, Equatable, Sendable {
  /// The text has none of the known forms.
  case malformed(String)
  /// The form is right, but the calendar has no such day or the day no such hour.
  case impossible(String)
  /// Before 1970 or after 9999.
  case outOfRange(String)
}

extension TimeError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .malformed(let text):
      "\"\(text)\" is no time; write 2026-11-20, 2026-11-20T08:00, 2026-11-20T08:00+08:00, or 3d, "
        + "12h, 90m for so long ago"
    case .impossible(let text):
      "\"\(text)\" is no time: there is no such day or hour"
    case .outOfRange(let text):
      "\"\(text)\" is no time that can be used: it must be between 1970 and 9999"
    }
  }
}
