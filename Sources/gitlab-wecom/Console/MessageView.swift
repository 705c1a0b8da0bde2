internal import Bridge

/// A message as the group sees it, as near as a terminal can come.
enum MessageView {
  private enum Style {
    static let bold = "\u{1B}[1m"
    static let dim = "\u{1B}[2m"
    static let green = "\u{1B}[32m"
    static let orange = "\u{1B}[33m"
    static let reset = "\u{1B}[0m"
  }

  /// Returns the message with its markup shown as colours and weights.
  static func styled(_ content: String) -> String {
    content.split(separator: "\n", omittingEmptySubsequences: false)
      .map { styled(line: ShownText.line(String($0))) }
      .joined(separator: "\n")
  }

  private static func styled(line: String) -> String {
    var rest = line[...]
    var opening = ""
    let hashes = rest.prefix { $0 == "#" }.count
    if (1...6).contains(hashes), rest.dropFirst(hashes).first == " " {
      rest = rest.dropFirst(hashes + 1)
      opening = Style.bold
    } else if rest.hasPrefix("> ") {
      rest = rest.dropFirst(2)
      opening = "\(Style.dim)│\(Style.reset) "
    }
    let closing = opening.isEmpty ? "" : Style.reset
    return opening + inline(rest, base: opening == Style.bold ? Style.bold : "") + closing
  }

  private static func inline(_ text: Substring, base: String) -> String {
    var rest = text
    var shown = ""
    var isBold = false
    while let first = rest.first {
      if first == "<", let color = color(at: rest) {
        shown += color.code
        rest = rest.dropFirst(color.length)
      } else if rest.hasPrefix("</font>") {
        shown += Style.reset + base
        rest = rest.dropFirst("</font>".count)
      } else if rest.hasPrefix("**") {
        isBold.toggle()
        shown += isBold ? Style.bold : Style.reset + base
        rest = rest.dropFirst(2)
      } else if first == "[", let link = link(at: rest) {
        shown += "\(link.label) \(Style.dim)(\(link.address))\(Style.reset)\(base)"
        rest = rest[link.end...]
      } else {
        shown.append(first)
        rest = rest.dropFirst()
      }
    }
    return shown
  }

  private static func color(at text: Substring) -> (code: String, length: Int)? {
    let colors = [("info", Style.green), ("warning", Style.orange), ("comment", Style.dim)]
    for (name, code) in colors {
      let tag = "<font color=\"\(name)\">"
      if text.hasPrefix(tag) { return (code, tag.count) }
    }
    return nil
  }

  private static func link(
    at text: Substring
  ) -> (label: Substring, address: Substring, end: Substring.Index)? {
    guard let middle = text.firstRange(of: "]("),
      let end = text[middle.upperBound...].firstIndex(of: ")")
    else { return nil }
    let label = text[text.index(after: text.startIndex)..<middle.lowerBound]
    return (label, text[middle.upperBound..<end], text.index(after: end))
  }
}
