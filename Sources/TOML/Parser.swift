/// Reads a document from its bytes, front to back, once.
struct Parser {
  /// One part of a key.
  struct KeyPart {
    var text: String
    var span: TOMLSpan
  }

  let bytes: [UInt8]
  var index: Int
  private var line = 1
  // Columns are counted on from the last place asked for, so that many values in one line cost
  // no more than many lines.
  private var mark: Int
  private var markColumn = 1

  init(_ bytes: [UInt8]) throws(TOMLError) {
    self.bytes = bytes
    index = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    mark = index
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw TOMLError(.invalidUTF8, at: locate(error.byteOffsets.lowerBound, length: 1))
    }
  }

  // MARK: Places

  /// The byte at the cursor, or nil at the end.
  var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

  /// The byte some way after the cursor.
  func byte(ahead distance: Int) -> UInt8? {
    index + distance < bytes.count ? bytes[index + distance] : nil
  }

  /// Returns the place of the cursor; call it in the order of the document.
  mutating func place() -> TOMLSpan {
    markColumn += bytes[mark..<index].count { $0 & 0xC0 != 0x80 }
    mark = index
    return TOMLSpan(offset: index, line: line, column: markColumn, byteLength: 0)
  }

  /// Makes a span reach to the cursor.
  func closed(_ span: TOMLSpan) -> TOMLSpan {
    var span = span
    span.byteLength = index - span.offset
    return span
  }

  /// Finds the place of any byte, from the start of the document: for errors only.
  func locate(_ offset: Int, length: Int) -> TOMLSpan {
    var line = 1
    var start = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    for index in bytes.indices.prefix(offset) where bytes[index] == 0x0A {
      line += 1
      start = index + 1
    }
    let column = 1 + bytes[min(start, offset)..<offset].count { $0 & 0xC0 != 0x80 }
    let length = min(length, bytes.count - offset)
    return TOMLSpan(offset: offset, line: line, column: column, byteLength: length)
  }

  /// An error at the scalar under the cursor.
  func errorHere(_ kind: TOMLError.Kind) -> TOMLError {
    var length = index < bytes.count ? 1 : 0
    while let next = byte(ahead: length), next & 0xC0 == 0x80 { length += 1 }
    if byte == 0x0A || byte == 0x0D { length = 0 }
    return TOMLError(kind, at: locate(index, length: length))
  }

  // MARK: Blanks, comments and line ends

  mutating func skipBlanks() {
    while let byte, byte == 0x20 || byte == 0x09 { index += 1 }
  }

  /// Steps over a line end, if there is one here.
  mutating func skipLineEnd() throws(TOMLError) -> Bool {
    if byte == 0x0D {
      guard byte(ahead: 1) == 0x0A else { throw errorHere(.bareCarriageReturn) }
      index += 2
    } else if byte == 0x0A {
      index += 1
    } else {
      return false
    }
    line += 1
    mark = index
    markColumn = 1
    return true
  }

  /// Steps over a comment up to its line end, if there is one here.
  mutating func skipComment() throws(TOMLError) {
    guard byte == UInt8(ascii: "#") else { return }
    while let byte, byte != 0x0A {
      if byte == 0x0D {
        guard self.byte(ahead: 1) == 0x0A else { throw errorHere(.bareCarriageReturn) }
        return
      }
      try refuseControlCharacter(byte)
      index += 1
    }
  }

  /// Steps over blanks, comments and line ends, as they may stand in an array.
  mutating func skipTrivia() throws(TOMLError) {
    repeat {
      skipBlanks()
      try skipComment()
    } while try skipLineEnd()
  }

  func refuseControlCharacter(_ byte: UInt8) throws(TOMLError) {
    if byte < 0x20 && byte != 0x09 || byte == 0x7F {
      throw errorHere(.controlCharacter(code: byte))
    }
  }

  private mutating func expectLineEnd(_ kind: TOMLError.Kind) throws(TOMLError) {
    skipBlanks()
    try skipComment()
    guard try !skipLineEnd(), let byte else { return }
    try refuseControlCharacter(byte)
    throw errorHere(kind)
  }

  // MARK: The document

  mutating func parseDocument() throws(TOMLError) -> TOMLTable {
    let root = TableBuilder(.section, at: .start, depth: 0)
    var section = root
    while true {
      try skipTrivia()
      guard let byte else { return root.finish() }
      if byte == UInt8(ascii: "[") {
        section = try parseHeader(root)
        try expectLineEnd(.textAfterHeader)
      } else {
        try parseKeyValue(into: section)
        try expectLineEnd(.textAfterValue)
      }
    }
  }

  /// Reads `key = value` into a table.
  mutating func parseKeyValue(into table: TableBuilder) throws(TOMLError) {
    let key = try parseKey()
    guard byte == UInt8(ascii: "=") else { throw errorHere(.missingEquals) }
    index += 1
    skipBlanks()
    var target = table
    for part in key.dropLast() {
      target = try dottedTable(part, in: target)
    }
    let last = key[key.count - 1]
    if let entry = target.entry(last.text) {
      throw TOMLError(.repeatedKey(last.text, firstLine: entry.keySpan.line), at: last.span)
    }
    let node = try parseValue(depth: target.depth)
    target.append(last.text, at: last.span, .node(node))
  }

  /// The table that a part of a dotted key names, made if it is not there.
  private func dottedTable(
    _ part: KeyPart,
    in table: TableBuilder
  ) throws(TOMLError) -> TableBuilder {
    guard let entry = table.entry(part.text) else {
      let made = try child(of: table, .dotted, at: part.span)
      table.append(part.text, at: part.span, .table(made))
      return made
    }
    let line = entry.keySpan.line
    switch entry.item {
    case .table(let found) where found.origin == .dotted:
      return found
    case .table(let found):
      let kind = TOMLError.Kind.tableIsDefinedElsewhere(part.text, firstLine: found.span.line)
      throw TOMLError(kind, at: part.span)
    case .tables(let list):
      let line = list.tables.first?.span.line ?? line
      throw TOMLError(.tableIsDefinedElsewhere(part.text, firstLine: line), at: part.span)
    case .node(let node):
      throw closedError(node, part, line: line)
    }
  }

  // MARK: Keys

  /// Reads a key, dotted or not, and the blanks after it.
  mutating func parseKey() throws(TOMLError) -> [KeyPart] {
    var parts: [KeyPart] = []
    while true {
      skipBlanks()
      let start = place()
      let text: String
      switch byte {
      case UInt8(ascii: "\"")?: text = try parseBasicString()
      case UInt8(ascii: "'")?: text = try parseLiteralString()
      default:
        while let byte, isBareKeyByte(byte) { index += 1 }
        guard index > start.offset else {
          if let byte, byte != 0x0A, byte != 0x0D { try refuseControlCharacter(byte) }
          throw errorHere(byte ?? 0 < 0x80 ? .missingKey : .unquotedKey)
        }
        text = String(decoding: bytes[start.offset..<index], as: UTF8.self)
      }
      parts.append(KeyPart(text: text, span: closed(start)))
      skipBlanks()
      guard byte == UInt8(ascii: ".") else { return parts }
      guard parts.count < TOML.depthLimit else {
        throw errorHere(.tooDeep(limit: TOML.depthLimit))
      }
      index += 1
    }
  }

  private func isBareKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default:
      false
    }
  }

  func child(
    of table: TableBuilder,
    _ origin: TableBuilder.Origin,
    at span: TOMLSpan
  ) throws(TOMLError) -> TableBuilder {
    guard table.depth < TOML.depthLimit else {
      throw TOMLError(.tooDeep(limit: TOML.depthLimit), at: span)
    }
    return TableBuilder(origin, at: span, depth: table.depth + 1)
  }

  /// The error of a key that would add to a value that is complete.
  func closedError(_ node: TOMLNode, _ part: KeyPart, line: Int) -> TOMLError {
    switch node.value {
    case .table: TOMLError(.inlineTableIsClosed(part.text, firstLine: line), at: part.span)
    case .array: TOMLError(.arrayIsClosed(part.text, firstLine: line), at: part.span)
    default: TOMLError(.keyIsValue(part.text, firstLine: line), at: part.span)
    }
  }
}
