internal import Bridge
internal import Platform

/// The report of `check` as it is printed: aligned columns, findings below their line.
enum CheckText {
  static func text(of report: CheckReport, isVerbose: Bool) -> String {
    let heads = aligned(report.lines)
    let subjectWidth = report.lines.map { Cells.width($0.subject) }.max() ?? 0
    let headWidth = heads.map { Cells.width($0) }.max() ?? 0
    var lines: [String] = []
    for (line, head) in zip(report.lines, heads) {
      let subject = Cells.padded(line.subject, to: subjectWidth)
      lines.append("\(subject)  \(Cells.padded(head, to: headWidth))   \(line.verdict)")
      let indent = String(repeating: " ", count: subjectWidth + 2)
      for finding in line.findings {
        let texts = finding.text.split(separator: "\n", omittingEmptySubsequences: false)
        lines.append("\(indent)! \(texts[0])")
        lines += texts.dropFirst().map { "\(indent)  \($0)" }
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

  /// Returns the cells of each line, aligned with those of the lines of its kind.
  private static func aligned(_ lines: [CheckReport.Line]) -> [String] {
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

  private static func kind(_ line: CheckReport.Line) -> Substring {
    line.subject.prefix { $0 != " " }
  }
}
