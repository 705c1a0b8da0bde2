/// A strict reader of text that the store itself has written.
struct TextScanner {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func skip(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard rest.count >= count else { return false }
    for index in 0..<count where unsafe rest[rest.startIndex + index] != text.utf8Start[index] {
      return false
    }
    rest = rest.dropFirst(count)
    return true
  }

  /// Reads a number from 0 up, spelt without leading zeros.
  mutating func number() -> Int? {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty, digits.count < 19, digits.count == 1 || digits.first != 0x30 else {
      return nil
    }
    rest = rest.dropFirst(digits.count)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  mutating func checksum() -> Checksum? {
    let checksum = Checksum(digits: rest.prefix(Checksum.length))
    rest = rest.dropFirst(Checksum.length)
    return checksum
  }

  mutating func skipEnd(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    var end = TextScanner(rest.suffix(count))
    guard end.skip(text) else { return false }
    rest = rest.dropLast(count)
    return true
  }
}
