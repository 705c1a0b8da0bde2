package import TOML

/// Writes a document as the toml-test suite wants it: every value with its type beside it.
package enum TaggedJSON {
  /// Returns the JSON of a table.
  package static func text(of table: TOMLTable) -> String {
    var text = ""
    append(table, to: &text)
    return text
  }

  private static func append(_ table: TOMLTable, to text: inout String) {
    text += "{"
    for (position, entry) in table.entries.enumerated() {
      if position > 0 { text += "," }
      text += quoted(entry.key) + ":"
      append(entry.node.value, to: &text)
    }
    text += "}"
  }

  private static func append(_ value: TOMLValue, to text: inout String) {
    switch value {
    case .table(let table):
      append(table, to: &text)
    case .array(let nodes):
      text += "["
      for (position, node) in nodes.enumerated() {
        if position > 0 { text += "," }
        append(node.value, to: &text)
      }
      text += "]"
    default:
      let (type, content) = tagged(value)
      text += #"{"type":"\#(type)","value":\#(quoted(content))}"#
    }
  }

  private static func tagged(_ value: TOMLValue) -> (type: String, content: String) {
    switch value {
    case .string(let string): ("string", string)
    case .integer(let integer): ("integer", String(integer))
    case .float(let float): ("float", float.isNaN ? "nan" : String(float))
    case .boolean(let boolean): ("bool", String(boolean))
    case .offsetDateTime(let date, let time, let minutes):
      ("datetime", "\(date)T\(time)\(offset(minutes))")
    case .localDateTime(let date, let time): ("datetime-local", "\(date)T\(time)")
    case .localDate(let date): ("date-local", date.description)
    case .localTime(let time): ("time-local", time.description)
    case .array, .table: preconditionFailure("arrays and tables have no tag")
    }
  }

  private static func offset(_ minutes: Int) -> String {
    guard minutes != 0 else { return "Z" }
    let parts = [abs(minutes) / 60, abs(minutes) % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return (minutes < 0 ? "-" : "+") + parts.joined(separator: ":")
  }

  private static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
