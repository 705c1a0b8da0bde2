/// One message that stands for many: a heading, and per project one line for each of them.
package struct Digest: Hashable, Sendable {
  /// The finished content, never over the limit.
  package let content: String
  /// The ids of the entries that have a line in it, in the order of the lines.
  package let entryIDs: [String]

  /// Folds the waiting messages of one bot and one title into as few digests as hold them.
  ///
  /// Projects come in the order of their first entry, entries in the order of time; equal times
  /// keep the order given. Every entry has exactly one line in exactly one digest. A project that
  /// goes on in the next digest repeats its heading with `续`; each heading counts the lines below
  /// it. `formatTime` gives a moment in the reader's time zone, short and without line breaks.
  package static func fold(
    _ entries: [DigestEntry],
    title: String,
    neutraliser: Neutraliser,
    byteLimit: Int = MessageLimit.bytes,
    formatTime: (Timestamp) -> String
  ) -> [Digest] {
    let words = DigestWords(neutraliser: neutraliser)
    var pages: [DigestPage] = []
    var page = DigestPage(title: title)
    for group in groups(of: entries) {
      // The last entry knows the project by its present name.
      let project = words.project(group[group.count - 1])
      var isContinued = false
      for entry in group {
        let line = words.line(entry)
        var fuller = page
        fuller.append(entry, line: line, project: project, isContinued: isContinued)
        if page.lineCount > 0 && fuller.byteCount(formatTime) > byteLimit {
          pages.append(page)
          fuller = DigestPage(title: title)
          fuller.append(entry, line: line, project: project, isContinued: isContinued)
        }
        page = fuller
        isContinued = true
      }
    }
    if page.lineCount > 0 { pages.append(page) }
    return pages.enumerated().map { index, page in
      let content = page.content(part: index + 1, of: pages.count, formatTime)
      // The widths keep a line within the usual limit; a smaller one may still need the knife.
      return Digest(content: content.cut(toBytes: byteLimit), entryIDs: page.entryIDs)
    }
  }

  private static func groups(of entries: [DigestEntry]) -> [[DigestEntry]] {
    let ordered = entries.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }
    var groups: [[DigestEntry]] = []
    var places: [Int: Int] = [:]
    for (_, entry) in ordered {
      if let place = places[entry.projectID] {
        groups[place].append(entry)
      } else {
        places[entry.projectID] = groups.count
        groups.append([entry])
      }
    }
    return groups
  }
}
