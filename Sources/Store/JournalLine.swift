/// One line of a journal.
///
///     {"c":"09af…","n":12,"end":14,"synced":9,"r":{…}}
///
/// `n` counts the lines from 0, the header. The lines up to number `end` were written by one call
/// and count together or not at all. The lines up to number `synced` were on the medium when this
/// one was written. The checksum is that of all bytes after its own closing quote, to the line's
/// end.
struct JournalLine: Equatable {
  let number: Int
  let end: Int
  let synced: Int
  let record: ArraySlice<UInt8>

  init(number: Int, end: Int, synced: Int, record: ArraySlice<UInt8>) {
    self.number = number
    self.end = end
    self.synced = synced
    self.record = record
  }

  /// Reads a line without its newline, nil where any byte of it is not as it was written.
  init?(_ bytes: ArraySlice<UInt8>) {
    var scanner = TextScanner(bytes)
    guard scanner.skip("{\"c\":\""), let checksum = scanner.checksum(), scanner.skip("\""),
      checksum == Checksum(of: scanner.rest), scanner.skip(",\"n\":"),
      let number = scanner.number(), scanner.skip(",\"end\":"), let end = scanner.number(),
      scanner.skip(",\"synced\":"), let synced = scanner.number(), scanner.skip(",\"r\":")
    else { return nil }
    _ = scanner.skipEnd(" ")
    guard scanner.skipEnd("}") else { return nil }
    self.init(number: number, end: end, synced: synced, record: scanner.rest)
  }

  /// Appends the line with its newline to bytes that will stand at an offset of the journal.
  func append(to bytes: inout [UInt8], at offset: Int) {
    bytes += "{\"c\":\"".utf8
    let checksum = bytes.count
    bytes += Checksum(value: 0).digits
    bytes += "\"".utf8
    let body = bytes.count
    bytes += ",\"n\":\(number),\"end\":\(end),\"synced\":\(synced),\"r\":".utf8
    bytes += record
    bytes += "}".utf8
    // Neither the newline nor the next line's first byte stands alone in a sector: one changed
    // byte could then not be told from a sector that a power cut took.
    let lineEnd = offset + bytes.count + 1
    if [1, Self.sector - 1].contains(lineEnd % Self.sector) { bytes += " ".utf8 }
    let digits = Checksum(of: bytes[body...]).digits
    bytes.replaceSubrange(checksum..<(checksum + Checksum.length), with: digits)
    bytes += "\n".utf8
  }

  /// The most bytes that a line adds to its record.
  static let overhead = 128

  /// The bytes that a medium writes together or not at all.
  static let sector = 512
}
