/// A checksum against accidents: CRC-64/XZ.
///
/// Any change of up to eight bytes in a row is noticed for certain, any other but once in 2^64.
struct Checksum: Equatable {
  let value: UInt64

  init(value: UInt64) { self.value = value }

  init(of bytes: ArraySlice<UInt8>) {
    var register = UInt64.max
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe table.withUnsafeBufferPointer { table in
        for index in bytes.indices {
          let low = unsafe UInt8(truncatingIfNeeded: register) ^ bytes[index]
          register = unsafe table[Int(low)] ^ register >> 8
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

private let table: [UInt64] = (0..<256).map { index in
  (0..<8).reduce(UInt64(index)) { register, _ in
    register & 1 == 1 ? register >> 1 ^ 0xC96C_5795_D787_0F42 : register >> 1
  }
}
