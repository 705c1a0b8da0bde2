import Glibc

/// What a journal's file says.
///
/// A journal is lines followed by filler, so that space is there before it is needed and a cut is
/// seen: a file whose last byte is not filler has lost its end. A crash can leave the last writes
/// in pieces: whole sectors of filler where bytes should be, or an unfinished line before filler.
/// That is a torn tail and is dropped. Every other wrong byte is damage.
struct JournalContent: Equatable {
  let header: JournalHeader
  let records: [[UInt8]]
  /// The offset after the last whole group of lines.
  let end: Int
  /// The bytes after it that are not filler: a torn tail.
  let tornBytes: Int
  let size: Int

  /// Space that is reserved; the one white space that JSON text on one line never holds.
  static let filler = UInt8(ascii: "\t")

  /// Reads a journal's bytes.
  ///
  /// - Throws: `JournalDamage` for bytes that no crash can have left.
  init(_ bytes: [UInt8]) throws(JournalDamage) {
    guard let last = bytes.last else { throw JournalDamage(reason: "it is empty") }
    guard Self.isFiller(last) else { throw JournalDamage(reason: "its end is missing") }
    var reader = LineReader(bytes)
    guard case .line(let first) = reader.next(), first.number == 0, first.end == 0,
      let header = JournalHeader(first.record)
    else { throw JournalDamage(reason: "its first line is not as it was written") }

    var records: [[UInt8]] = []
    var end = reader.offset
    var group: [[UInt8]] = []
    var groupEnd = 0
    var number = 1
    reading: while true {
      switch reader.next() {
      case .line(let line):
        guard line.number == number, line.end >= number, group.isEmpty || line.end == groupEnd
        else { throw JournalDamage(reason: "its line \(number + 1) is out of order") }
        group.append(Array(line.record))
        groupEnd = line.end
        if number == groupEnd {
          records += group
          group = []
          end = reader.offset
        }
        number += 1
      case .nothing:
        break reading
      case .torn where reader.isNeverSynced(number):
        break reading
      case .torn, .wrong:
        throw JournalDamage(reason: "its line \(number + 1) is not as it was written")
      }
    }
    self.header = header
    self.records = records
    self.end = end
    tornBytes = reader.contentEnd - end
    size = bytes.count
  }

  static func isFiller(_ byte: UInt8) -> Bool { byte == filler || byte == 0 }
}

/// Why a journal cannot be used.
struct JournalDamage: Error, Equatable {
  let reason: String
}

private struct LineReader {
  enum Reading {
    case line(JournalLine)
    /// Only filler is left.
    case nothing
    /// What a crash may have left of a line.
    case torn
    /// What no crash can have left of a line.
    case wrong
  }

  private let bytes: [UInt8]
  private(set) var offset = 0
  /// The offset after the last byte that is not filler.
  let contentEnd: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var end = bytes.count
    while end > 0, JournalContent.isFiller(bytes[end - 1]) { end -= 1 }
    contentEnd = end
  }

  mutating func next() -> Reading {
    guard offset < contentEnd else { return .nothing }
    let newline = newline(from: offset)
    let text = bytes[offset..<(newline ?? contentEnd)]
    if newline == nil {
      // The last line of a group that only its newline is missing of, or has it changed: a crash
      // takes no single byte.
      let line = JournalLine(text) ?? JournalLine(text.dropLast())
      return line.map { $0.number == $0.end } == true ? .wrong : .torn
    }
    guard let line = JournalLine(text) else { return hasLostSector(text) ? .torn : .wrong }
    offset = text.endIndex + 1
    return .line(line)
  }

  /// Whether no later line tells that the one with this number was on the medium.
  func isNeverSynced(_ number: Int) -> Bool {
    var start = offset
    while let newline = newline(from: start) {
      // Filler in front of a line is a lost sector's.
      let text = bytes[start..<newline].drop { JournalContent.isFiller($0) }
      if let line = JournalLine(text), line.synced >= number { return false }
      start = newline + 1
    }
    return true
  }

  private func newline(from start: Int) -> Int? {
    guard start < contentEnd else { return nil }
    return unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let found = unsafe memchr(base + start, 0x0A, contentEnd - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  private func hasLostSector(_ text: ArraySlice<UInt8>) -> Bool {
    var start = text.startIndex
    // The newline belongs to the line: it may be all that is left of it in its sector.
    let end = text.endIndex + 1
    while start < end {
      let next = min(end, (start / JournalLine.sector + 1) * JournalLine.sector)
      if bytes[start..<next].allSatisfy(JournalContent.isFiller) { return true }
      start = next
    }
    return false
  }
}
