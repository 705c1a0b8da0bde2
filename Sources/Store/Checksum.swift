/// A checksum against accidents: CRC-64/XZ.
///
/// Any change of up to eight bytes in a row is noticed for certain, any other but once in 2^64.
struct Checksum: Equatable {
  let value: UInt64

  init(value: UInt64) { self.value = value }

  init(of bytes: ArraySlice<UInt8>) {
    var register = UInt64.max
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe tables.withUnsafeBufferPointer { tables in
        let wordCount = bytes.count / 8
        // Eight bytes at a time: a state of 10,000 projects is read through in 2 instead of 10 ms.
        for index in 0..<wordCount {
          let word = unsafe bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
          let mixed = register ^ UInt64(littleEndian: word)
          register = 0
          for place in 0..<8 {
            let byte = Int(truncatingIfNeeded: mixed >> UInt64(8 * place) & 0xFF)
            register ^= unsafe tables[256 * (7 - place) + byte]
          }
        }
        for index in 8 * wordCount..<bytes.count {
          let low = unsafe UInt8(truncatingIfNeeded: register) ^ bytes[index]
          register = unsafe tables[Int(low)] ^ register >> 8
        }
      }
    }
    value = ~register
  }

  /// Reads sixteen digits, lower case alone, so that each value has one spelling.
  init?(digits: some Collection<UInt8>) {
    guard digits.count == Self.length else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard let number = hexadecimal.firstIndex(of: digit) else { return nil }
      value = value << 4 | UInt64(number)
    }
    self.value = value
  }

  static let length = 16

  var digits: [UInt8] {
    (0..<Self.length).map { hexadecimal[Int(value >> (60 - 4 * UInt64($0)) & 15)] }
  }
}

private let hexadecimal = Array("0123456789abcdef".utf8)

/// The remainders of a byte that 0, 1, … 7 zero bytes follow, one table after the other.
private let tables: [UInt64] = {
  let first: [UInt64] = (0..<256).map { index in
    (0..<8).reduce(UInt64(index)) { register, _ in
      register & 1 == 1 ? register >> 1 ^ 0xC96C_5795_D787_0F42 : register >> 1
    }
  }
  return (1..<8).reduce(into: first) { tables, _ in
    tables += tables.suffix(256).map { first[Int($0 & 0xFF)] ^ $0 >> 8 }
  }
}()
