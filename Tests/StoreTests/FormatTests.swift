import Testing

@testable import Store

/// The bytes of the files, line by line.
@Suite struct FormatTests {
  @Test func `the checksum is CRC-64/XZ`() {
    #expect(Checksum(of: Array("123456789".utf8)[...]).value == 0x995D_C9BB_DF19_39FA)
    #expect(Checksum(of: []).value == 0)
    let checksum = Checksum(value: 0x0123_4567_89AB_CDEF)
    #expect(checksum.digits == Array("0123456789abcdef".utf8))
    #expect(Checksum(digits: checksum.digits) == checksum)
    #expect(Checksum(digits: Array("0123456789ABCDEF".utf8)) == nil)
    #expect(Checksum(digits: Array("0123456789abcde".utf8)) == nil)
  }

  @Test func `The checksum is the remainder, bit by bit, at every length and place`() {
    let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
    for start in 0..<9 {
      for length in 0...40 {
        let part = bytes[start..<start + length]
        var register = UInt64.max
        for byte in part {
          register ^= UInt64(byte)
          for _ in 0..<8 {
            register = register & 1 == 1 ? register >> 1 ^ 0xC96C_5795_D787_0F42 : register >> 1
          }
        }
        #expect(Checksum(of: part).value == ~register, "bytes \(start)…, \(length) of them")
      }
    }
  }

  @Test func `an envelope comes back as it was, and only as it was`() throws {
    for text in ["{}", "{\"a\":{}}\n}\n", "", "{\n  \"空\": 1\n}"] {
      let envelope = Envelope(generation: 7, schema: 2, state: Array(text.utf8))
      let bytes = envelope.bytes
      #expect(Envelope(bytes) == envelope)
      #expect(envelope.digest.length == bytes.count)
      for index in bytes.indices {
        var changed = bytes
        changed[index] ^= 0x10
        #expect(Envelope(changed) == nil)
        #expect(Envelope(Array(bytes[..<index])) == nil)
        changed = bytes
        changed.insert(0x20, at: index)
        #expect(Envelope(changed) == nil)
      }
      #expect(Envelope(bytes + [0x0A]) == nil)
    }
  }

  @Test func `no line leaves a single byte in a sector`() throws {
    for offset in 0..<1024 {
      for length in 0..<3 {
        var bytes: [UInt8] = []
        let record = [UInt8](repeating: 0x31, count: 200 + length)
        JournalLine(number: 5, end: 6, synced: 0, record: record[...])
          .append(to: &bytes, at: offset)
        #expect(![1, 511].contains((offset + bytes.count) % 512))
        #expect(bytes.count <= record.count + JournalLine.overhead)
        let line = try #require(JournalLine(bytes.dropLast()))
        #expect(line.record == record[...] && line.number == 5 && line.end == 6)
      }
    }
  }

  @Test func `a group without its end is dropped, whatever is missing of it`() throws {
    let header = JournalHeader(generation: 0, digest: nil)
    var bytes = Journal.initial(header, growth: 2048)
    let start = try JournalContent(bytes).end
    var group: [UInt8] = []
    for number in 1...3 {
      let record = Array("{\"number\":\(number)}".utf8)
      JournalLine(number: number, end: 3, synced: 0, record: record[...])
        .append(to: &group, at: start)
    }
    for length in 0..<(group.count - 1) {
      bytes.replaceSubrange(start..<(start + length), with: group[..<length])
      let content = try JournalContent(bytes)
      #expect(content.records.isEmpty && content.end == start && content.tornBytes == length)
    }
    bytes.replaceSubrange(start..<(start + group.count), with: group)
    #expect(try JournalContent(bytes).records.count == 3)
  }

  @Test func `a bad line is damage when a later one says that it was on the medium`() throws {
    let header = JournalHeader(generation: 0, digest: nil)
    for synced in [0, 1] {
      var bytes = Journal.initial(header, growth: 4096)
      let start = try JournalContent(bytes).end
      let record = Array("\"\(String(repeating: "x", count: 1500))\"".utf8)
      var lines: [UInt8] = []
      JournalLine(number: 1, end: 1, synced: 0, record: record[...]).append(to: &lines, at: start)
      JournalLine(number: 2, end: 2, synced: synced, record: record[...])
        .append(to: &lines, at: start)
      bytes.replaceSubrange(start..<(start + lines.count), with: lines)
      // A whole sector of the first line is gone.
      bytes.replaceSubrange(512..<1024, with: [UInt8](repeating: 0, count: 512))
      if synced == 0 {
        #expect(try JournalContent(bytes).records.isEmpty)
      } else {
        #expect(throws: JournalDamage(reason: "its line 2 is not as it was written")) {
          try JournalContent(bytes)
        }
      }
    }
  }

  @Test(
    arguments: [
      ("journal.0", 0), ("journal.17", 17), ("journal.", nil), ("journal.01", nil),
      ("journal.1.new", nil), ("journal.-1", nil), ("journal", nil), ("xjournal.1", nil),
      ("journal.99999999999999999999", nil),
    ] as [(String, Int?)]
  )
  func `the names of journals are told from others`(_ name: String, _ generation: Int?) {
    #expect(Journal.generation(ofName: name) == generation)
  }
}
