/// A value and its place in the document.
///
/// The place of a table is its header, brackets included, or for a table without a header of its
/// own the key that made it.
package struct TOMLNode: Sendable, Equatable {
  package var value: TOMLValue
  package var span: TOMLSpan

  package init(_ value: TOMLValue, at span: TOMLSpan) {
    self.value = value
    self.span = span
  }
}

/// What a key can hold.
package enum TOMLValue: Sendable, Equatable {
  case string(String)
  case integer(Int64)
  case float(Double)
  case boolean(Bool)
  case offsetDateTime(TOMLDate, TOMLTime, offsetMinutes: Int)
  case localDateTime(TOMLDate, TOMLTime)
  case localDate(TOMLDate)
  case localTime(TOMLTime)
  case array([TOMLNode])
  case table(TOMLTable)

  /// The kind of value in words, with its article: "a string", "an integer".
  package var kind: String {
    switch self {
    case .string: "a string"
    case .integer: "an integer"
    case .float: "a float"
    case .boolean: "a boolean"
    case .offsetDateTime, .localDateTime: "a date and time"
    case .localDate: "a date"
    case .localTime: "a time"
    case .array: "an array"
    case .table: "a table"
    }
  }
}
