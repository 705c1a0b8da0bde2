/// Writes a small gzip file that unpacks to many blanks.
enum Gzip {
  /// Returns a gzip body that unpacks to at least that many blanks.
  static func blanks(_ count: Int) -> [UInt8] {
    var bits = BitWriter()
    bits.bytes = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    // One block with the fixed codes: a literal blank, then "258 bytes from 1 back" again and again.
    bits.add(0b1, count: 1)
    bits.add(0b01, count: 2)
    bits.addCode(UInt32(0x30 + 32), count: 8)
    let repeats = (max(1, count) - 1 + 257) / 258
    for _ in 0..<repeats {
      bits.addCode(0b1100_0101, count: 8)
      bits.addCode(0, count: 5)
    }
    bits.addCode(0, count: 7)
    bits.flush()
    let size = 1 + repeats * 258
    var crc = CRC32()
    crc.addBlanks(size)
    for value in [crc.value, UInt32(truncatingIfNeeded: size)] {
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        bits.bytes.append(UInt8(truncatingIfNeeded: value >> shift))
      }
    }
    return bits.bytes
  }

  private struct BitWriter {
    var bytes: [UInt8] = []
    private var pending: UInt32 = 0
    private var used: UInt32 = 0

    mutating func add(_ value: UInt32, count: UInt32) {
      pending |= value << used
      used += count
      while used >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: pending))
        pending >>= 8
        used -= 8
      }
    }

    /// Adds a Huffman code, whose highest bit comes first.
    mutating func addCode(_ code: UInt32, count: UInt32) {
      var reversed: UInt32 = 0
      for bit in 0..<count where code & (1 << bit) != 0 { reversed |= 1 << (count - 1 - bit) }
      add(reversed, count: count)
    }

    mutating func flush() {
      if used > 0 { add(0, count: 8 - used) }
    }
  }

  private struct CRC32 {
    private var register: UInt32 = 0xFFFF_FFFF

    var value: UInt32 { ~register }

    mutating func addBlanks(_ count: Int) {
      for _ in 0..<count {
        register = Self.table[Int((register ^ 0x20) & 0xFF)] ^ (register >> 8)
      }
    }

    private static let table: [UInt32] = (0..<256).map { index in
      (0..<8).reduce(UInt32(index)) { value, _ in
        value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
      }
    }
  }
}
