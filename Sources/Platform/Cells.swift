/// The places that text takes on a terminal, for columns that line up.
///
/// A Chinese character or an emoji takes two cells, a combining mark or a control character none,
/// all else one (characters of ambiguous width too, as terminals outside East Asia show them).
package enum Cells {
  /// Returns the cells that one character takes: 0, 1 or 2.
  package static func width(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if scalars.count == 1 { return width(first) }
    // The variation selector asks for the emoji's picture; a pair of indicators is a flag.
    if scalars.contains("\u{FE0F}") || isRegionalIndicator(first) { return 2 }
    return scalars.reduce(0) { max($0, width($1)) }
  }

  /// Returns the cells that a text takes on one line.
  package static func width(_ text: String) -> Int {
    text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
      ? text.utf8.count : text.reduce(0) { $0 + width($1) }
  }

  /// Returns the text with blanks after it up to a width; a longer text comes back as it is.
  package static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - self.width(text)))
  }

  /// Returns the text with blanks before it up to a width; a longer text comes back as it is.
  package static func aligned(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - self.width(text))) + text
  }

  /// Returns at most a width of the text, with `…` in place of what did not fit.
  package static func truncated(_ text: String, to width: Int) -> String {
    guard self.width(text) > width else { return text }
    guard width > 0 else { return "" }
    var kept = ""
    var room = width - 1
    for character in text {
      room -= self.width(character)
      guard room >= 0 else { break }
      kept.append(character)
    }
    return kept + "…"
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 {
      return value < 0x20 || (0x7F..<0xA0).contains(value) || value == 0xAD ? 0 : 1
    }
    // The vowels and finals of Hangul join the consonant before them.
    if (0x1160...0x11FF).contains(value) { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator:
      return 0
    default:
      return scalar.properties.isEmojiPresentation || isWide(value) ? 2 : 1
    }
  }

  private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
    (0x1F1E6...0x1F1FF).contains(scalar.value)
  }

  private static func isWide(_ value: UInt32) -> Bool {
    guard value >= 0x1100 else { return false }
    return wideRanges.contains { $0.contains(value) }
  }

  // The wide and full-width ranges of Unicode's East Asian Width (UAX #11), without the emoji.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x4E00...0xA4CF, 0x3041...0x4DFF, 0x2E80...0x303E, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0xAC00...0xD7A3, 0x1100...0x115F, 0x2329...0x232A, 0xA960...0xA97F, 0xF900...0xFAFF,
    0xFE10...0xFE19, 0xFE30...0xFE6F, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D37F,
    0x1F200...0x1F265, 0x20000...0x3FFFD,
  ]
}
