import FoundationEssentials

/// The opaque cursor of keyset paging: JSON in base64.
enum Cursor {
  static func encode(_ id: Int) -> String {
    Data(#"{"id":"\#(id)","_kd":"n"}"#.utf8).base64EncodedString()
  }

  static func decode(_ text: String) -> Int? {
    guard let data = Data(base64Encoded: text) else { return nil }
    let json = String(decoding: data, as: UTF8.self)
    return Int(json.drop { !$0.isNumber }.prefix { $0.isNumber })
  }
}
