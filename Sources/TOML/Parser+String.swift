extension Parser {
  private static let quote = UInt8(ascii: "\"")
  private static let apostrophe = UInt8(ascii: "'")
  private static let backslash = UInt8(ascii: "\\")

  /// Reads `"…"`.
  mutating func parseBasicString() throws(TOMLError) -> String {
    let start = index
    var content: [UInt8] = []
    index += 1
    while let byte, byte != 0x0A, byte != 0x0D {
      if byte == Self.quote {
        index += 1
        return String(decoding: content, as: UTF8.self)
      }
      if byte == Self.backslash {
        try parseEscape(into: &content)
      } else {
        try refuseControlCharacter(byte)
        content.append(byte)
        index += 1
      }
    }
    throw unclosedString(from: start)
  }

  private func unclosedString(from start: Int) -> TOMLError {
    byte == 0x0D && byte(ahead: 1) != 0x0A
      ? errorHere(.bareCarriageReturn)
      : TOMLError(.unclosedString, at: locate(start, length: index - start))
  }

  /// Reads `'…'`.
  mutating func parseLiteralString() throws(TOMLError) -> String {
    let start = index
    index += 1
    while let byte, byte != 0x0A, byte != 0x0D {
      if byte == Self.apostrophe {
        index += 1
        return String(decoding: bytes[start + 1..<index - 1], as: UTF8.self)
      }
      try refuseControlCharacter(byte)
      index += 1
    }
    throw unclosedString(from: start)
  }

  /// Reads `"""…"""`.
  mutating func parseMultilineBasicString() throws(TOMLError) -> String {
    let start = index
    var content: [UInt8] = []
    index += 3
    _ = try skipLineEnd()
    while let byte {
      if byte == Self.quote {
        if closesMultiline(Self.quote, &content) {
          return String(decoding: content, as: UTF8.self)
        }
      } else if byte == Self.backslash {
        if try !skipFoldedLineEnd() { try parseEscape(into: &content) }
      } else {
        try appendMultiline(byte, to: &content)
      }
    }
    throw TOMLError(.unclosedMultilineString, at: locate(start, length: 3))
  }

  /// Reads `'''…'''`.
  mutating func parseMultilineLiteralString() throws(TOMLError) -> String {
    let start = index
    var content: [UInt8] = []
    index += 3
    _ = try skipLineEnd()
    while let byte {
      if byte == Self.apostrophe {
        if closesMultiline(Self.apostrophe, &content) {
          return String(decoding: content, as: UTF8.self)
        }
      } else {
        try appendMultiline(byte, to: &content)
      }
    }
    throw TOMLError(.unclosedMultilineString, at: locate(start, length: 3))
  }

  /// Takes a run of quotes: up to two before the three that close belong to the string.
  private mutating func closesMultiline(_ quote: UInt8, _ content: inout [UInt8]) -> Bool {
    var run = 0
    while run < 5, byte(ahead: run) == quote { run += 1 }
    index += run
    content.append(contentsOf: repeatElement(quote, count: run < 3 ? run : run - 3))
    return run >= 3
  }

  private mutating func appendMultiline(
    _ byte: UInt8,
    to content: inout [UInt8]
  ) throws(TOMLError) {
    let start = index
    if try skipLineEnd() {
      content.append(contentsOf: bytes[start..<index])
    } else {
      try refuseControlCharacter(byte)
      content.append(byte)
      index += 1
    }
  }

  /// Steps over a backslash at the end of a line and all white space after it, if it is one.
  private mutating func skipFoldedLineEnd() throws(TOMLError) -> Bool {
    let start = index
    index += 1
    skipBlanks()
    guard try skipLineEnd() else {
      index = start
      return false
    }
    repeat { skipBlanks() } while try skipLineEnd()
    return true
  }

  private mutating func parseEscape(into content: inout [UInt8]) throws(TOMLError) {
    let start = index
    index += 1
    guard let byte else { return }
    switch byte {
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "r"): content.append(0x0D)
    case Self.quote, Self.backslash: content.append(byte)
    case UInt8(ascii: "u"):
      index += 1
      return try parseUnicodeEscape(digits: 4, from: start, into: &content)
    case UInt8(ascii: "U"):
      index += 1
      return try parseUnicodeEscape(digits: 8, from: start, into: &content)
    default:
      var end = index + 1
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
      let text = String(decoding: bytes[index..<end], as: UTF8.self)
      let scalar = text.unicodeScalars.first ?? "\u{FFFD}"
      let isBreak = byte == 0x0A || byte == 0x0D
      let span = locate(start, length: isBreak ? 1 : end - start)
      throw TOMLError(.unknownEscape(scalar), at: span)
    }
    index += 1
  }

  private mutating func parseUnicodeEscape(
    digits count: Int,
    from start: Int,
    into content: inout [UInt8]
  ) throws(TOMLError) {
    var code: UInt32 = 0
    for _ in 0..<count {
      guard let byte, byte < 0x80,
        let digit = Character(Unicode.Scalar(byte)).hexDigitValue
      else {
        let span = locate(start, length: index - start)
        throw TOMLError(.shortUnicodeEscape(digits: count), at: span)
      }
      code = code << 4 | UInt32(digit)
      index += 1
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw TOMLError(.impossibleUnicodeEscape, at: locate(start, length: index - start))
    }
    content.append(contentsOf: Array(String(Character(scalar)).utf8))
  }
}
