/// An address that GitLab gave, in a form that cannot end the link it stands in.
struct LinkTarget: Sendable {
  let text: String

  /// Takes a `http` or `https` address; nil for any other, and for one over the limit.
  ///
  /// Blanks, brackets, quotes, controls and the like are percent-encoded: the address stays the
  /// same, and GitLab's own addresses hold none of them anyway.
  init?(_ address: String, byteLimit: Int) {
    guard address.utf8.count <= byteLimit else { return nil }
    let scheme = address.prefix { $0 != "/" }.lowercased()
    guard scheme == "http:" || scheme == "https:" else { return nil }
    // As good as all are of these letters: without looking up each one's properties a pass in which
    // 1,000 projects were active takes 4 % fewer instructions.
    guard !address.utf8.allSatisfy(\.isPlainInLinks) else {
      text = address
      return
    }
    var text = ""
    for scalar in address.unicodeScalars {
      if scalar.isFreeInLinks {
        text.unicodeScalars.append(scalar)
      } else {
        for byte in String(scalar).utf8 {
          text += byte < 0x10 ? "%0" : "%"
          text += String(byte, radix: 16, uppercase: true)
        }
      }
    }
    guard text.utf8.count <= byteLimit else { return nil }
    self.text = text
  }
}

extension Unicode.Scalar {
  /// Whether the scalar may stand in a link's target as it is.
  fileprivate var isFreeInLinks: Bool {
    switch self {
    case "(", ")", "<", ">", "[", "]", "\"", "`", "\\", "\t": false
    default: !isRemovedFromMessages && !properties.isWhitespace
    }
  }
}

extension UInt8 {
  /// Whether the byte is an ASCII letter or mark that may stand in a link's target as it is.
  fileprivate var isPlainInLinks: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "#"):
      true
    default: false
    }
  }
}
