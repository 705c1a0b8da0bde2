/// Makes text of unknown origin fit for a line of a log.
enum Cleaning {
  /// Returns a text on one line and of at most `limit` characters, without anything unprintable.
  ///
  /// White space is folded to single blanks; control characters and those that turn the direction
  /// of writing are dropped. `…` stands for what is cut.
  static func line(_ text: String, limit: Int) -> String {
    var result = String.UnicodeScalarView()
    var pendingBlank = false
    var count = 0
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        pendingBlank = !result.isEmpty
        continue
      }
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned: continue
      default: break
      }
      let width = pendingBlank ? 2 : 1
      guard count + width <= limit else { return String(result) + "…" }
      if pendingBlank { result.append(" ") }
      result.append(scalar)
      pendingBlank = false
      count += width
    }
    return String(result)
  }
}
