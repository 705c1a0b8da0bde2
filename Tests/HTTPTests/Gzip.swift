/// Gzip streams made by hand, so that the tests need no compressor.
enum Gzip {
  private static let head: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]

  /// The two bytes `[]` in one stored block, with their checksum.
  static let brackets: [UInt8] =
    head + [1, 2, 0, 0xfd, 0xff] + Array("[]".utf8) + littleEndian(checksum(Array("[]".utf8)))
    + littleEndian(2)

  /// A stream that unpacks to at least `count` zero bytes and is about a 158th of that.
  ///
  /// One literal, then copies of 258 bytes from one byte back, 13 bits each with the fixed codes;
  /// the end of the block and the checksum are missing.
  static func zeros(atLeast count: Int) -> [UInt8] {
    var writer = BitWriter(bytes: head)
    writer.append([1, 1, 0])
    writer.append([0, 0, 1, 1, 0, 0, 0, 0])
    let copy: [UInt8] = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]
    // Eight copies take a whole number of bytes, so the rest repeats once it is written so often.
    for _ in 0..<(count / 258 + 1) {
      writer.append(copy)
    }
    return writer.bytes
  }

  private static func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0xffff_ffff
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 {
        sum = sum & 1 == 1 ? (sum >> 1) ^ 0xedb8_8320 : sum >> 1
      }
    }
    return ~sum
  }
}

/// Bits in the order in which deflate takes them.
private struct BitWriter {
  var bytes: [UInt8]
  private var used = 8

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func append(_ bits: [UInt8]) {
    for bit in bits {
      if used == 8 {
        bytes.append(0)
        used = 0
      }
      bytes[bytes.count - 1] |= bit << UInt8(used)
      used += 1
    }
  }
}
