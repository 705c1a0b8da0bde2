internal import Bridge
internal import Platform

/// The report of `check` as it is printed: aligned columns, findings below their line.
struct CheckText: Sendable {
  let report: CheckReport
  /// Whether the notes are printed too.
  var isVerbose = false
  /// The cells of a line of the terminal; nil for no terminal, where nothing is broken.
  var columns: Int?

  /// The whole text.
  var text: String {
    let heads = aligned(report.lines)
    let subjectWidth = report.lines.map { Cells.width($0.subject) }.max() ?? 0
    let indent = String(repeating: " ", count: subjectWidth + 2)
    let verdictStart = verdictStart(heads, indent: indent)
    var lines: [String] = []
    for (line, head) in zip(report.lines, heads) {
      let start = "\(Cells.padded(line.subject, to: subjectWidth))  "
      let whole = "\(start)\(Cells.padded(head, to: verdictStart))   \(line.verdict)"
      if let columns, Cells.width(whole) > columns {
        lines.append(start + head)
        lines.append(indent + line.verdict)
      } else {
        lines.append(whole)
      }
      for finding in line.findings {
        let texts = finding.text.split(separator: "\n", omittingEmptySubsequences: false)
        lines += broken(texts[0], after: "\(indent)! ", next: "\(indent)  ")
        lines += texts.dropFirst().flatMap { broken($0, after: "\(indent)  ", next: "\(indent)  ") }
      }
      if isVerbose {
        lines += line.notes.map { "\(indent)  \($0)" }
      }
    }
    let count = report.findings.count
    lines.append(
      count == 0
        ? "nothing to look at" : count == 1 ? "1 thing to look at" : "\(count) things to look at"
    )
    return lines.joined(separator: "\n") + "\n"
  }

  /// Returns how far after the subject the verdicts stand: as far as the widest head needs, of
  /// those that leave room for their verdict.
  private func verdictStart(_ heads: [String], indent: String) -> Int {
    let widths = zip(report.lines, heads).map { line, head in
      (head: Cells.width(head), verdict: Cells.width(line.verdict))
    }
    guard let columns else { return widths.map(\.head).max() ?? 0 }
    let room = columns - indent.count - 3
    return widths.filter { $0.head + $0.verdict <= room }.map(\.head).max() ?? 0
  }

  /// Returns a text in lines that fit the terminal, broken at blanks where they have to be.
  ///
  /// A text that begins with a blank is drawn, as a line of the file with its caret: it stays whole.
  private func broken(_ text: Substring, after start: String, next: String) -> [String] {
    guard let columns, text.first != " " else { return [start + text] }
    var lines: [String] = []
    var line = start
    var isEmpty = true
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !isEmpty, Cells.width(line) + 1 + Cells.width(String(word)) > columns {
        lines.append(line)
        line = next
        isEmpty = true
      }
      line += isEmpty ? word : " \(word)"
      isEmpty = false
    }
    return lines + [line]
  }

  /// Returns the cells of each line, aligned with those of the lines of its kind.
  private func aligned(_ lines: [CheckReport.Line]) -> [String] {
    var widths: [Substring: [Int]] = [:]
    for line in lines {
      for (column, cell) in line.cells.enumerated() {
        var known = widths[kind(line)] ?? []
        if column == known.count { known.append(0) }
        known[column] = max(known[column], Cells.width(cell))
        widths[kind(line)] = known
      }
    }
    return lines.map { line in
      let padded = line.cells.enumerated().map { column, cell in
        column == line.cells.count - 1
          ? cell : Cells.padded(cell, to: widths[kind(line)]?[column] ?? 0)
      }
      return padded.joined(separator: "   ")
    }
  }

  private func kind(_ line: CheckReport.Line) -> Substring {
    line.subject.prefix { $0 != " " }
  }
}
