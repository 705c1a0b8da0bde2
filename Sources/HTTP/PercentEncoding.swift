extension StringProtocol {
  /// The text for one segment of a path, one name or one value of a query (RFC 3986 §2.3).
  ///
  /// Everything but ASCII letters, digits and `-._~` is encoded, so `/` becomes `%2F`. Segments
  /// that are only dots are encoded too: "." and ".." would be taken for steps in the tree.
  package var percentEncoded: String {
    if self == "." || self == ".." {
      return String(repeating: "%2E", count: count)
    }
    return encoded { $0.isUnreserved }
  }

  /// The text with its slashes and the escapes it holds left as they are.
  var percentEncodedPath: String {
    encoded { $0 < 0x80 }
  }

  private func encoded(keeping isKept: (UInt8) -> Bool) -> String {
    guard !utf8.allSatisfy(isKept) else {
      return String(self)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count * 2)
    for byte in utf8 {
      if isKept(byte) {
        bytes.append(byte)
      } else {
        bytes.append(UInt8(ascii: "%"))
        bytes.append(hexDigits[Int(byte >> 4)])
        bytes.append(hexDigits[Int(byte & 15)])
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  /// As of any text; most need no encoding, and that is seen without generic code (3 % of the
  /// instructions of a pass).
  package var percentEncoded: String {
    utf8.first != UInt8(ascii: ".") && utf8.allSatisfy(\.isUnreserved)
      ? self : self[...].percentEncoded
  }
}

private let hexDigits = Array("0123456789ABCDEF".utf8)

extension UInt8 {
  fileprivate var isUnreserved: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default:
      false
    }
  }
}
