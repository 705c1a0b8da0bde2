/// The state file: the caller's JSON with what is needed to trust it around it.
///
///     {"checksum":"09af…","generation":7,"schema":1,"state":{…}}
///
/// The checksum is that of all bytes after its own closing quote, to the end of the file.
struct Envelope: Equatable {
  let generation: Int
  let schema: Int
  /// The whole file.
  let bytes: [UInt8]
  /// Taken once: a state of 10,000 projects is read through in 2 ms.
  let digest: Digest
  private let place: Range<Int>

  /// What the header of a journal keeps of the state it begins with.
  struct Digest: Equatable {
    let checksum: Checksum
    let length: Int
  }

  /// The caller's JSON.
  var state: ArraySlice<UInt8> { bytes[place] }

  init(generation: Int, schema: Int, state: [UInt8]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(state.count + 128)
    bytes += "{\"checksum\":\"".utf8
    let digits = bytes.count..<(bytes.count + Checksum.length)
    bytes += Checksum(value: 0).digits
    bytes += "\"".utf8
    let body = bytes.count
    bytes += ",\"generation\":\(generation),\"schema\":\(schema),\"state\":".utf8
    let start = bytes.count
    bytes += state
    place = start..<bytes.count
    bytes += "}\n".utf8
    digest = Digest(checksum: Checksum(of: bytes[body...]), length: bytes.count)
    bytes.replaceSubrange(digits, with: digest.checksum.digits)
    self.generation = generation
    self.schema = schema
    self.bytes = bytes
  }

  /// Reads a state file, nil where any byte of it is not as it was written.
  init?(_ bytes: [UInt8]) {
    var scanner = TextScanner(bytes[...])
    guard scanner.skip("{\"checksum\":\""), let checksum = scanner.checksum(), scanner.skip("\""),
      checksum == Checksum(of: scanner.rest), scanner.skip(",\"generation\":"),
      let generation = scanner.number(), scanner.skip(",\"schema\":"),
      let schema = scanner.number(), scanner.skip(",\"state\":"), scanner.skipEnd("}\n")
    else { return nil }
    self.generation = generation
    self.schema = schema
    self.bytes = bytes
    place = scanner.rest.indices
    digest = Digest(checksum: checksum, length: bytes.count)
  }
}
