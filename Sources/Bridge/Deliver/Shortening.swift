internal import Changes

/// A text that WeCom refused, made shorter.
enum Shortening {
  /// What the last line is left at least, in bytes: its label and a few characters.
  private static let lastLine = 48

  /// Returns the text cut to half of its bytes, or nil if it cannot become shorter.
  ///
  /// Only the last line is cut, which is the commit message and the only part without a bound of
  /// its own; project and user stay readable. When these take more than half, the last line still
  /// keeps its beginning.
  static func half(of content: String, neutraliser: Neutraliser) -> String? {
    let ending = content.hasSuffix(" \n") ? " \n" : content.hasSuffix("\n") ? "\n" : ""
    let text = content.dropLast(ending.count)
    let start = text.lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex
    let head = text[..<start]
    let room = content.utf8.count / 2 - head.utf8.count - ending.utf8.count
    let line = String(text[start...])
    let byteLimit = max(room, Self.lastLine)
    guard line.utf8.count > byteLimit else { return nil }
    return head + neutraliser.cut(line, toBytes: byteLimit) + ending
  }
}
