/// Shows the line of a document that a message is about, with a caret under the place.
///
///        14 | project = ["docs/**"]
///           | ^~~~~~~
package struct SourceExcerpt: Sendable {
  private let bytes: [UInt8]

  /// Longer lines are not shown: they are no help, and looking for their ends again for every
  /// message would not be linear.
  private static let byteLimit = 4096
  /// The most terminal columns of a line that are shown.
  private static let columnLimit = 110

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Returns the two lines under a message, or an empty string for a line of over 4096 bytes.
  ///
  /// Characters that a terminal would obey are shown as U+FFFD. `masking` may replace scalars of
  /// the line, as many as it was given, so that secrets are not shown.
  package func lines(
    at span: TOMLSpan,
    masking: ([Unicode.Scalar]) -> [Unicode.Scalar] = { $0 }
  ) -> String {
    guard let line = line(around: span.offset) else { return "" }
    let text = masking(scalars(of: line))
    precondition(text.count == scalars(of: line).count, "a mask keeps the number of scalars")
    let caret = scalars(of: line.lowerBound..<min(span.offset, line.upperBound)).count
    let end = min(span.offset + span.byteLength, line.upperBound)
    let length = scalars(of: min(span.offset, end)..<end).count

    let window = self.window(of: text, around: caret)
    let cutsStart = window.lowerBound > 0
    let cutsEnd = window.upperBound < text.count
    var shown = cutsStart ? "…" : ""
    var padding = cutsStart ? " " : ""
    var marker = ""
    for index in window {
      let scalar = text[index]
      let isShown = scalar == "\t" || isPrintable(scalar)
      shown.unicodeScalars.append(isShown ? scalar : "\u{FFFD}")
      let width = isShown ? displayWidth(scalar) : 1
      if index < caret {
        padding += scalar == "\t" ? "\t" : String(repeating: " ", count: width)
      } else if index < caret + max(1, length) {
        marker += String(repeating: "~", count: width)
      }
    }
    if cutsEnd { shown += "…" }
    marker = "^" + marker.dropFirst()
    let number = String(span.line)
    let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number
    let blank = String(repeating: " ", count: gutter.count)
    return "\(gutter) | \(shown)\n\(blank) | \(padding)\(marker)"
  }

  /// Returns text of a document in double quotes, fit for a message.
  ///
  /// Nothing in it may steer a terminal or fill a screen: what a terminal would obey becomes
  /// U+FFFD, and what is longer than 80 scalars is cut.
  package static func quoted(_ text: String) -> String {
    let limit = 80
    let scalars = text.unicodeScalars.prefix(limit).map { isPrintable($0) ? $0 : "\u{FFFD}" }
    let isCut = text.unicodeScalars.dropFirst(limit).isEmpty == false
    return "\"\(String(String.UnicodeScalarView(scalars)))\(isCut ? "…" : "")\""
  }

  /// The bytes of a line without its line end and byte order mark.
  private func line(around offset: Int) -> Range<Int>? {
    let offset = min(max(0, offset), bytes.count)
    var start = offset
    while start > 0, bytes[start - 1] != 0x0A {
      start -= 1
      if offset - start > Self.byteLimit { return nil }
    }
    var end = offset
    while end < bytes.count, bytes[end] != 0x0A {
      end += 1
      if end - start > Self.byteLimit { return nil }
    }
    if end > start, end < bytes.count, bytes[end - 1] == 0x0D { end -= 1 }
    if start == 0, bytes.starts(with: byteOrderMark) { start = min(3, end) }
    return start..<end
  }

  private func scalars(of range: Range<Int>) -> [Unicode.Scalar] {
    range.isEmpty ? [] : Array(String(decoding: bytes[range], as: UTF8.self).unicodeScalars)
  }

  /// The part of a long line that is shown: as much as fits, the caret well inside.
  private func window(of text: [Unicode.Scalar], around caret: Int) -> Range<Int> {
    var start = min(caret, text.count)
    var columns = 0
    while start > 0, columns < Self.columnLimit / 2 {
      start -= 1
      columns += displayWidth(text[start])
    }
    var end = min(caret, text.count)
    while end < text.count, columns < Self.columnLimit {
      columns += displayWidth(text[end])
      end += 1
    }
    while start > 0, columns < Self.columnLimit {
      start -= 1
      columns += displayWidth(text[start])
    }
    return start..<end
  }
}

let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
