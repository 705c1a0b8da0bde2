/// One header line.
///
/// A name that is no token or a value with a control character is refused by the transport.
package struct HTTPHeader: Sendable, Hashable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// Returns whether the header has this name, letter case aside.
  package func isNamed(_ other: String) -> Bool {
    let mine = name.utf8
    let others = other.utf8
    return mine.count == others.count
      && zip(mine, others).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
  }

  /// Whether the line can go out as it is, with nothing smuggled in.
  var isSendable: Bool {
    !name.isEmpty && name.utf8.allSatisfy(\.isTokenCharacter)
      && value.utf8.allSatisfy { !$0.isControl }
  }
}

extension UInt8 {
  /// The letter in lower case if it is an ASCII capital, else the byte itself.
  var lowercasedASCII: UInt8 {
    self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
  }

  /// Whether the byte is an ASCII control character, DEL included.
  var isControl: Bool { self < 0x20 || self == 0x7f }

  /// Whether the byte may stand in a header's name (RFC 9110 §5.6.2).
  var isTokenCharacter: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default:
      Self.tokenMarks.contains(self)
    }
  }

  private static let tokenMarks = Array("!#$%&'*+-.^_`|~".utf8)
}
