import FoundationEssentials
import TOML
import toml_test_decoder

/// A document in the tagged form of the toml-test suite, with values that compare as they mean.
enum TaggedValue: Equatable {
  case scalar(type: String, value: String)
  case array([TaggedValue])
  case table([String: TaggedValue])

  /// Reads the tagged form that a test case expects.
  static func expected(_ json: [UInt8]) throws -> TaggedValue {
    try JSONDecoder().decode(TaggedValue.self, from: Data(json))
  }

  /// Takes a document through the text that the decoder prints.
  static func printed(_ table: TOMLTable) throws -> TaggedValue {
    try expected(Array(TaggedJSON.text(of: table).utf8))
  }
}

extension TaggedValue: Decodable {
  private struct Scalar: Decodable {
    var type: String
    var value: String
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let elements = try? decoder.singleValueContainer().decode([TaggedValue].self) {
      self = .array(elements)
      return
    }
    let container = try decoder.container(keyedBy: Key.self)
    if container.allKeys.count == 2, let scalar = try? Scalar(from: decoder) {
      self = .scalar(type: scalar.type, value: Self.canonical(scalar.value, scalar.type))
      return
    }
    var table: [String: TaggedValue] = [:]
    for key in container.allKeys {
      // Canonically equivalent keys would fall together in a dictionary of strings.
      let name = key.stringValue.unicodeScalars.map { String($0.value) }.joined(separator: ".")
      table[name] = try container.decode(TaggedValue.self, forKey: key)
    }
    self = .table(table)
  }

  /// One spelling for each value: 3 and 3.0, .6 and .600 are the same.
  private static func canonical(_ value: String, _ type: String) -> String {
    switch type {
    case "float":
      return Double(value).map { $0.isNaN ? "nan" : String($0) } ?? value
    case "datetime", "datetime-local", "time-local":
      guard let point = value.firstIndex(of: ".") else { return value }
      let digits = value[value.index(after: point)...].prefix { $0.isNumber }
      let kept = String(digits.reversed().drop { $0 == "0" }.reversed())
      return value[..<point] + (kept.isEmpty ? "" : "." + kept) + value[digits.endIndex...]
    default:
      return value
    }
  }
}
