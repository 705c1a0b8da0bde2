extension Parser {
  /// Reads a value that stands in a table or array of some depth.
  mutating func parseValue(depth: Int) throws(TOMLError) -> TOMLNode {
    let start = place()
    let value: TOMLValue
    switch byte {
    case UInt8(ascii: "\"")?:
      let isMultiline =
        byte(ahead: 1) == UInt8(ascii: "\"") && byte(ahead: 2) == UInt8(ascii: "\"")
      value = .string(isMultiline ? try parseMultilineBasicString() : try parseBasicString())
    case UInt8(ascii: "'")?:
      let isMultiline =
        byte(ahead: 1) == UInt8(ascii: "'") && byte(ahead: 2) == UInt8(ascii: "'")
      value = .string(isMultiline ? try parseMultilineLiteralString() : try parseLiteralString())
    case UInt8(ascii: "[")?:
      value = .array(try parseArray(depth: try deeper(depth)))
    case UInt8(ascii: "{")?:
      value = .table(try parseInlineTable(depth: try deeper(depth)))
    default:
      value = try parseScalar(from: start)
    }
    return TOMLNode(value, at: closed(start))
  }

  private func deeper(_ depth: Int) throws(TOMLError) -> Int {
    guard depth < TOML.depthLimit else { throw errorHere(.tooDeep(limit: TOML.depthLimit)) }
    return depth + 1
  }

  private mutating func parseArray(depth: Int) throws(TOMLError) -> [TOMLNode] {
    let start = index
    var nodes: [TOMLNode] = []
    index += 1
    while true {
      try skipTrivia()
      if byte == UInt8(ascii: "]") {
        index += 1
        return nodes
      }
      guard byte != nil else { throw TOMLError(.unclosedArray, at: locate(start, length: 1)) }
      nodes.append(try parseValue(depth: depth))
      try skipTrivia()
      if byte == UInt8(ascii: ",") {
        index += 1
      } else if byte == nil {
        throw TOMLError(.unclosedArray, at: locate(start, length: 1))
      } else if byte != UInt8(ascii: "]") {
        throw errorHere(.missingArrayComma)
      }
    }
  }

  private mutating func parseInlineTable(depth: Int) throws(TOMLError) -> TOMLTable {
    let table = TableBuilder(.section, at: place(), depth: depth)
    index += 1
    skipBlanks()
    if byte == UInt8(ascii: "}") {
      index += 1
      return table.finish()
    }
    while true {
      if isAtLineEnd { throw errorHere(.unclosedInlineTable) }
      try parseKeyValue(into: table)
      skipBlanks()
      if byte == UInt8(ascii: "}") {
        index += 1
        return table.finish()
      }
      if isAtLineEnd { throw errorHere(.unclosedInlineTable) }
      guard byte == UInt8(ascii: ",") else { throw errorHere(.missingInlineTableComma) }
      let comma = index
      index += 1
      skipBlanks()
      if byte == UInt8(ascii: "}") {
        throw TOMLError(.trailingInlineTableComma, at: locate(comma, length: 1))
      }
    }
  }

  private var isAtLineEnd: Bool {
    byte == nil || byte == 0x0A || byte == 0x0D || byte == UInt8(ascii: "#")
  }

  /// Reads a boolean, number, date or time: everything up to what can follow a value.
  private mutating func parseScalar(from start: TOMLSpan) throws(TOMLError) -> TOMLValue {
    skipToken()
    // One blank may stand between a date and its time.
    if byte == 0x20, isDigit(byte(ahead: 1)), isDigit(byte(ahead: 2)),
      byte(ahead: 3) == UInt8(ascii: ":"), DateTimeReader.isDate(bytes[start.offset..<index])
    {
      index += 1
      skipToken()
    }
    let token = bytes[start.offset..<index]
    guard let first = token.first else {
      if let byte, byte != 0x0A, byte != 0x0D { try refuseControlCharacter(byte) }
      throw errorHere(.missingValue)
    }
    let span = closed(start)
    if token.elementsEqual("true".utf8) { return .boolean(true) }
    if token.elementsEqual("false".utf8) { return .boolean(false) }
    let unsigned =
      first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
      ? token.dropFirst() : token
    if unsigned.elementsEqual("inf".utf8) {
      return .float(first == UInt8(ascii: "-") ? -.infinity : .infinity)
    }
    if unsigned.elementsEqual("nan".utf8) { return .float(.nan) }
    guard isDigit(first) || first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else {
      if let control = token.first(where: { $0 < 0x20 || $0 == 0x7F }) {
        throw TOMLError(.controlCharacter(code: control), at: span)
      }
      throw TOMLError(.unquotedText, at: span)
    }
    if DateTimeReader.looksLikeDateOrTime(token) {
      var reader = DateTimeReader(token)
      switch reader.read() {
      case .success(let value): return value
      case .failure(let problem): throw TOMLError(problem.kind, at: span)
      }
    }
    switch NumberReader(token).read() {
    case .success(let value): return value
    case .failure(let problem): throw TOMLError(problem.kind, at: span)
    }
  }

  private mutating func skipToken() {
    while let byte {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"),
        UInt8(ascii: "#"):
        return
      default:
        index += 1
      }
    }
  }
}

/// What a reader of a single token found wrong with it; the parser knows the place.
struct TokenProblem: Error {
  var kind: TOMLError.Kind

  init(_ kind: TOMLError.Kind) {
    self.kind = kind
  }
}

func isDigit(_ byte: UInt8?) -> Bool {
  guard let byte else { return false }
  return UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
}
