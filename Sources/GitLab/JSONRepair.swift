/// Makes bodies decodable that are JSON but for their text.
///
/// A commit message may hold bytes that are no UTF-8, or half of a surrogate pair; a decoder then
/// refuses the whole value, and the message would be lost. Each such fault becomes U+FFFD.
enum JSONRepair {
  /// Returns the body to decode: the same one unless it needs repair.
  static func repaired(_ body: [UInt8]) -> [UInt8] {
    let valid = isUTF8(body) ? body : Array(String(decoding: body, as: UTF8.self).utf8)
    return withoutLoneSurrogates(valid)
  }

  private static func isUTF8(_ body: [UInt8]) -> Bool {
    (try? UTF8Span(validating: body.span)) != nil
  }

  private static func withoutLoneSurrogates(_ body: [UInt8]) -> [UInt8] {
    var result = body
    var index = 0
    // Backslashes stand only inside of strings, so there is no need to follow the structure. The
    // replacement is as long as what it replaces.
    while index + 1 < body.count {
      guard body[index] == UInt8(ascii: "\\") else {
        index += 1
        continue
      }
      guard let unit = codeUnit(body, at: index) else {
        index += 2
        continue
      }
      switch unit {
      case 0xD800...0xDBFF:
        if let next = codeUnit(body, at: index + 6), (0xDC00...0xDFFF).contains(next) {
          index += 12
        } else {
          result.replaceSubrange(index..<index + 6, with: Array(#"\ufffd"#.utf8))
          index += 6
        }
      case 0xDC00...0xDFFF:
        result.replaceSubrange(index..<index + 6, with: Array(#"\ufffd"#.utf8))
        index += 6
      default:
        index += 6
      }
    }
    return result
  }

  /// Returns the value of a `\uXXXX` that begins here.
  private static func codeUnit(_ body: [UInt8], at index: Int) -> UInt32? {
    guard index + 6 <= body.count, body[index] == UInt8(ascii: "\\"),
      body[index + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt32 = 0
    for byte in body[(index + 2)..<(index + 6)] {
      switch byte {
      case 0x30...0x39: unit = unit << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: unit = unit << 4 | UInt32(byte - 0x37)
      case 0x61...0x66: unit = unit << 4 | UInt32(byte - 0x57)
      default: return nil
      }
    }
    return unit
  }
}
