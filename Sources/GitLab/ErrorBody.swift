import FoundationEssentials

/// What GitLab says in the body of a refusal, in any of its shapes.
///
/// `message` may be a text, an object or a list, or the key may be `error`, with or without an
/// `error_description`.
struct ErrorBody: Sendable, Equatable {
  /// The words of `message`, else of `error`.
  var message: String?
  /// The code in `error`, as in `insufficient_scope`.
  var code: String?
  /// The words of `error_description`.
  var explanation: String?
  /// The scopes that would do.
  var scope: String?

  /// The most telling of the words; empty when there are none.
  var words: String { explanation ?? message ?? "" }

  /// Reads a body, or returns nil when it is no JSON object.
  init?(_ body: [UInt8]) {
    guard let first = body.first(where: { !ErrorBody.blanks.contains($0) }),
      first == UInt8(ascii: "{"),
      let shape = try? JSONDecoder().decode(Shape.self, from: Data(JSONRepair.repaired(body)))
    else { return nil }
    message = shape.message ?? shape.error
    code = shape.error
    explanation = shape.explanation
    scope = shape.scope
  }

  static let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]

  private struct Shape: Decodable {
    var message: String?
    var error: String?
    var explanation: String?
    var scope: String?

    enum CodingKeys: String, CodingKey {
      case message
      case error
      case explanation = "error_description"
      case scope
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      message = values.optional(Words.self, .message)?.text
      error = values.optional(Words.self, .error)?.text
      explanation = values.optional(Words.self, .explanation)?.text
      scope = values.optional(Words.self, .scope)?.text
    }
  }

  /// Any JSON value as words: `name: has already been taken`.
  private struct Words: Decodable {
    var text: String

    struct Name: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      text = ""
      guard decoder.codingPath.count <= 4 else { return }
      if let value = try? decoder.singleValueContainer().decode(String.self) {
        text = value
      } else if let number = try? decoder.singleValueContainer().decode(Int64.self) {
        text = String(number)
      } else if let list = try? decoder.singleValueContainer().decode([Words].self) {
        text = list.map(\.text).filter { !$0.isEmpty }.joined(separator: ", ")
      } else if let values = try? decoder.container(keyedBy: Name.self) {
        let fields = values.allKeys.sorted { $0.stringValue < $1.stringValue }.map { key in
          (key.stringValue, values.optional(Words.self, key)?.text ?? "")
        }
        // `{"error": "…"}` inside of `message` only repeats what it is.
        text = fields.map { $0.0 == "error" ? $0.1 : "\($0.0): \($0.1)" }.joined(separator: "; ")
      }
    }
  }
}
