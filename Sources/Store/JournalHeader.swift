/// The first record of a journal: which state its records follow.
struct JournalHeader: Equatable {
  let generation: Int
  /// The state that the journal begins with, nil before there is any.
  let digest: Envelope.Digest?

  init(generation: Int, digest: Envelope.Digest?) {
    self.generation = generation
    self.digest = digest
  }

  init?(_ record: ArraySlice<UInt8>) {
    var scanner = TextScanner(record)
    guard scanner.skip("{\"generation\":"), let generation = scanner.number() else { return nil }
    var digest: Envelope.Digest?
    if generation > 0 {
      guard scanner.skip(",\"state\":{\"checksum\":\""), let checksum = scanner.checksum(),
        scanner.skip("\",\"length\":"), let length = scanner.number(), scanner.skip("}")
      else { return nil }
      digest = Envelope.Digest(checksum: checksum, length: length)
    }
    guard scanner.skip("}"), scanner.rest.isEmpty else { return nil }
    self.init(generation: generation, digest: digest)
  }

  var record: [UInt8] {
    guard let digest else { return Array("{\"generation\":\(generation)}".utf8) }
    return Array("{\"generation\":\(generation),\"state\":{\"checksum\":\"".utf8)
      + digest.checksum.digits + Array("\",\"length\":\(digest.length)}}".utf8)
  }
}
