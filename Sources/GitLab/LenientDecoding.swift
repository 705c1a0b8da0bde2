/// A row of a listing that cannot spoil the others: `row` is nil when it cannot be used.
struct LenientRow<Row: Decodable>: Decodable {
  var row: Row?

  init(from decoder: any Decoder) {
    row = try? Row(from: decoder)
  }
}

/// Reads values that may be missing, null or of another type than expected.
///
/// Versions of GitLab differ in their keys, and no cosmetic field is worth a lost row.
extension KeyedDecodingContainer {
  func optional<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
    try? decodeIfPresent(type, forKey: key)
  }

  func text(_ key: Key) -> String? {
    optional(String.self, key)
  }

  func bool(_ key: Key) -> Bool? {
    optional(Bool.self, key)
  }

  func time(_ key: Key) -> Int64? {
    text(key).flatMap(GitLabTime.milliseconds(from:))
  }

  /// Reads the id of something: a whole number from 1, or one in quotes.
  func identifier(_ key: Key) -> Int64? {
    guard let id = optional(Int64.self, key) ?? text(key).flatMap({ Int64($0) }), id > 0 else {
      return nil
    }
    return id
  }

  /// Reads the id without which a row is of no use.
  func requiredIdentifier(_ key: Key) throws -> Int64 {
    guard let id = identifier(key) else {
      throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "no id")
    }
    return id
  }

  /// Reads a commit's hash; nothing but zeros, which stands for no commit, is nil.
  func commitHash(_ key: Key) -> String? {
    guard let hash = text(key), !hash.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) else {
      return nil
    }
    return hash
  }
}
