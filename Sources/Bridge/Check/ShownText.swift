internal import Changes

/// Text of users, files and servers on its way to a terminal or a log.
package enum ShownText {
  /// Returns the text as one harmless line: controls and what turns text around are escaped.
  package static func line(_ text: String) -> String { Neutraliser.clean(text) }

  /// Returns the text as one harmless line of at most a number of characters.
  package static func line(_ text: String, limit: Int) -> String {
    let line = Neutraliser.clean(text)
    return line.count <= limit ? line : line.prefix(max(limit - 1, 0)) + "…"
  }
}
