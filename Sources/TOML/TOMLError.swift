/// Why a document is no TOML, and where.
package struct TOMLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  package enum Kind: Equatable, Sendable {
    case invalidUTF8
    case controlCharacter(code: UInt8)
    case bareCarriageReturn
    case missingKey
    case unquotedKey
    case missingEquals
    case missingValue
    case unquotedText
    case textAfterValue
    case textAfterHeader
    case unclosedHeader
    case unclosedString
    case unclosedMultilineString
    case unclosedArray
    case unclosedInlineTable
    case missingArrayComma
    case missingInlineTableComma
    case trailingInlineTableComma
    case unknownEscape(Unicode.Scalar)
    case shortUnicodeEscape(digits: Int)
    case impossibleUnicodeEscape
    case malformedNumber
    case leadingZero
    case misplacedUnderscore
    case integerTooLarge
    case malformedDateTime
    case impossibleDate
    case impossibleTime
    case tooDeep(limit: Int)
    case repeatedKey(String, firstLine: Int)
    case repeatedTable(String, firstLine: Int)
    case keyIsValue(String, firstLine: Int)
    case keyIsTable(String, firstLine: Int)
    case inlineTableIsClosed(String, firstLine: Int)
    case arrayIsClosed(String, firstLine: Int)
    case tableIsDefinedElsewhere(String, firstLine: Int)
  }

  package var kind: Kind
  package var span: TOMLSpan

  package init(_ kind: Kind, at span: TOMLSpan) {
    self.kind = kind
    self.span = span
  }

  /// The message with its place before it: `3:7: …`.
  package var description: String { "\(span.line):\(span.column): \(kind.description)" }
}

extension TOMLError.Kind: CustomStringConvertible {
  /// What is wrong and what to do, without the place.
  package var description: String {
    switch self {
    case .invalidUTF8:
      "the file is not UTF-8 here; save it as UTF-8"
    case .controlCharacter(let code):
      "control character U+00\(hexadecimal(code)) is not allowed here"
        + (code == 0 ? "" : #"; in a "…" string write it as \u00\#(hexadecimal(code))"#)
    case .bareCarriageReturn:
      "a carriage return must be followed by a line feed"
    case .missingKey:
      "a key is missing here"
    case .unquotedKey:
      "a key needs quotes unless it is made of A-Z, a-z, 0-9, _ and -"
    case .missingEquals:
      #"expected "=" after the key"#
    case .missingValue:
      "a value is missing here"
    case .unquotedText:
      "this is no value; text needs quotes"
    case .textAfterValue:
      "unexpected text after the value; one key a line"
    case .textAfterHeader:
      "unexpected text after the table header"
    case .unclosedHeader:
      #"the table header is not closed; expected "]""#
    case .unclosedString:
      "the string is not closed on its line"
    case .unclosedMultilineString:
      "the multi-line string is never closed"
    case .unclosedArray:
      #"the array is never closed; expected "]""#
    case .unclosedInlineTable:
      #"the inline table is not closed on its line; expected "}""#
    case .missingArrayComma:
      #"expected "," or "]" in the array"#
    case .missingInlineTableComma:
      #"expected "," or "}" in the inline table"#
    case .trailingInlineTableComma:
      #"an inline table may not end with ",""#
    case .unknownEscape(let scalar):
      "unknown escape "
        + (isPrintable(scalar) ? #""\\#(scalar)""# : #"after "\""#)
        + #"; a backslash is written "\\", or use single quotes"#
    case .shortUnicodeEscape(let digits):
      "the escape needs \(digits) hexadecimal digits"
    case .impossibleUnicodeEscape:
      "the escape names no Unicode character"
    case .malformedNumber:
      "this is no number; text needs quotes"
    case .leadingZero:
      "a number may not begin with 0"
    case .misplacedUnderscore:
      "an underscore must stand between two digits"
    case .integerTooLarge:
      "the integer does not fit into 64 bits"
    case .malformedDateTime:
      "this is no date or time; write it like 2026-11-24T08:00:00Z"
    case .impossibleDate:
      "there is no such day"
    case .impossibleTime:
      "there is no such time of day"
    case .tooDeep(let limit):
      "more than \(limit) tables and arrays inside each other"
    case .repeatedKey(let key, let line):
      "key \(SourceExcerpt.quoted(key)) is already set in line \(line)"
    case .repeatedTable(let key, let line):
      "table \(SourceExcerpt.quoted(key)) is already defined in line \(line)"
    case .keyIsValue(let key, let line):
      "key \(SourceExcerpt.quoted(key)) is no table; it is set to a value in line \(line)"
    case .keyIsTable(let key, let line):
      "key \(SourceExcerpt.quoted(key)) is already a table, from line \(line)"
    case .inlineTableIsClosed(let key, let line):
      "inline table \(SourceExcerpt.quoted(key)) of line \(line) cannot be extended"
    case .arrayIsClosed(let key, let line):
      "array \(SourceExcerpt.quoted(key)) of line \(line) cannot be extended"
    case .tableIsDefinedElsewhere(let key, let line):
      "table \(SourceExcerpt.quoted(key)) is defined by its own header in line \(line); put the key there"
    }
  }
}

private func hexadecimal(_ code: UInt8) -> String {
  let digits = String(code, radix: 16, uppercase: true)
  return digits.utf8.count < 2 ? "0" + digits : digits
}
