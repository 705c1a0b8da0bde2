extension Neutraliser {
  /// Returns user text as one harmless line for a log or a terminal.
  ///
  /// Controls, line breaks and what is invisible or turns the direction of text are shown as
  /// escapes (`\n`, `\t`, `\u{1B}`, `\u{202E}`), so that they are seen and do nothing. The joiners
  /// of emoji and Persian stay. Backslashes stay single: the result is for eyes, not for parsers.
  package static func clean(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": line.append(contentsOf: "\\n".unicodeScalars)
      case "\r": line.append(contentsOf: "\\r".unicodeScalars)
      case "\t": line.append(contentsOf: "\\t".unicodeScalars)
      case _ where scalar.isEscapedOnTerminals:
        let code = String(scalar.value, radix: 16, uppercase: true)
        line.append(contentsOf: "\\u{\(code)}".unicodeScalars)
      default: line.append(scalar)
      }
    }
    return String(line)
  }
}

extension Unicode.Scalar {
  /// Whether a terminal could obey the scalar, or a reader could not see it.
  fileprivate var isEscapedOnTerminals: Bool {
    switch value {
    case 0x061C, 0x200B, 0x200E, 0x200F, 0x2060...0x2064, 0xFEFF, 0xFFF9...0xFFFB: true
    default: isRemovedFromMessages
    }
  }
}
