/// A digest while it fills.
struct DigestPage {
  private struct Section {
    let projectID: Int
    let project: String
    let isContinued: Bool
    var pushCount = 0
    var buildCount = 0
    var lines: [String] = []

    var heading: String {
      var counts: [String] = []
      if pushCount > 0 { counts.append("推送 \(pushCount)") }
      if buildCount > 0 { counts.append("失败构建 \(buildCount)") }
      return "**\(project)** \(isContinued ? "续 " : "")\(counts.joined(separator: "，"))"
    }
  }

  private static let titleBytes = 600
  private static let timeBytes = 40
  /// What the ` 12/34` of a digest in several parts may take.
  private static let partBytes = 16

  private let title: String
  private var sections: [Section] = []
  /// The bytes of all lines, each with the line break before it.
  private var lineBytes = 0
  private var first: Timestamp?
  private var last: Timestamp?
  private(set) var entryIDs: [String] = []

  init(title: String) {
    self.title = title.cut(toBytes: Self.titleBytes)
  }

  var lineCount: Int { entryIDs.count }

  mutating func append(
    _ entry: DigestEntry,
    line: String,
    project: String,
    isContinued: Bool
  ) {
    if sections.last?.projectID != entry.projectID {
      sections.append(
        Section(projectID: entry.projectID, project: project, isContinued: isContinued)
      )
    }
    let index = sections.count - 1
    sections[index].lines.append(line)
    switch entry.kind {
    case .push: sections[index].pushCount += 1
    case .build: sections[index].buildCount += 1
    }
    lineBytes += 1 + line.utf8.count
    first = min(first ?? entry.time, entry.time)
    last = max(last ?? entry.time, entry.time)
    entryIDs.append(entry.id)
  }

  /// Returns the size of the content, with room for the count of parts.
  func byteCount(_ formatTime: (Timestamp) -> String) -> Int {
    // A section takes its heading, the line break before it and an empty line between sections.
    let headings = sections.reduce(0) { $0 + 2 + $1.heading.utf8.count }
    return heading(part: 1, of: 1, formatTime).utf8.count + Self.partBytes + headings + lineBytes
  }

  func content(part: Int, of partCount: Int, _ formatTime: (Timestamp) -> String) -> String {
    let blocks = sections.map { ([$0.heading] + $0.lines).joined(separator: "\n") }
    return heading(part: part, of: partCount, formatTime) + "\n" + blocks.joined(separator: "\n\n")
  }

  private func heading(
    part: Int,
    of partCount: Int,
    _ formatTime: (Timestamp) -> String
  ) -> String {
    let times = [first, last].compactMap(\.self).map {
      formatTime($0).cut(toBytes: Self.timeBytes)
    }
    let span = times.first == times.last ? times.prefix(1) : times[...]
    return "## \(title) 补发 <font color=\"comment\">\(lineCount)</font> 条通知"
      + " (\(span.joined(separator: " – ")))"
      + (partCount > 1 ? " \(part)/\(partCount)" : "")
  }
}
