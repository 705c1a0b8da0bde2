/// Shows a markdown message the way a WeCom group does, as far as a terminal can.
struct GroupView {
  let hasColors: Bool

  /// Returns the message in lines, each behind a bar.
  func show(_ content: String, in group: String) -> String {
    var lines = ["  ╭ \(styled(group, "2"))"]
    for line in content.split(separator: "\n", omittingEmptySubsequences: false) {
      lines.append("  │ " + render(String(line)))
    }
    while lines.last == "  │ " { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n  ╰\n"
  }

  private func render(_ line: String) -> String {
    var text = line
    if text.hasPrefix("## ") {
      text = styled(String(text.dropFirst(3)), "1")
    } else if text.hasPrefix("> ") {
      text = "▏" + text.dropFirst(2)
    }
    text = replaceLinks(text)
    for (color, code) in [("info", "32"), ("warning", "33"), ("comment", "90")] {
      text = replace(text, from: "<font color=\"\(color)\">", to: "</font>", code: code)
    }
    return replace(text, from: "**", to: "**", code: "1")
  }

  private func replace(
    _ text: String,
    from opening: String,
    to closing: String,
    code: String
  ) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: opening),
      let end = rest[start.upperBound...].firstRange(of: closing)
    {
      result += rest[..<start.lowerBound]
      result += styled(String(rest[start.upperBound..<end.lowerBound]), code)
      rest = rest[end.upperBound...]
    }
    return result + rest
  }

  /// A group shows a link's text alone.
  private func replaceLinks(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let middle = rest.firstRange(of: "]("),
      let start = rest[..<middle.lowerBound].lastIndex(of: "["),
      let end = rest[middle.upperBound...].firstIndex(of: ")")
    {
      result += rest[..<start]
      result += styled(String(rest[rest.index(after: start)..<middle.lowerBound]), "4")
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private func styled(_ text: String, _ code: String) -> String {
    hasColors ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
