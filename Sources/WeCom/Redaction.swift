/// Makes foreign text fit for logs and terminals: one line, of bounded length, without the key.
struct Redaction {
  /// The most characters (Unicode scalars) of a text that are kept.
  static let lengthLimit = 300

  private let key: String

  init(of key: WebhookKey) {
    self.key = key.reveal().lowercased()
  }

  /// Returns the text without control characters, keys and what goes beyond the limit.
  func clean(_ text: String, limit: Int = lengthLimit) -> String {
    var line = ""
    var isAfterBlank = true
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where !["\t", "\n", "\r"].contains(scalar):
        continue
      case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator:
        // Line breaks and tabs part words; runs of blanks tell nothing.
        if !isAfterBlank {
          line.unicodeScalars.append(" ")
        }
        isAfterBlank = true
      case .format, .surrogate, .privateUse, .unassigned:
        continue
      default:
        line.unicodeScalars.append(scalar)
        isAfterBlank = false
      }
    }
    if line.hasSuffix(" ") {
      line.removeLast()
    }
    // The key first: a cut could leave a part of it that looks like nothing.
    return cut(withoutKeys(line), to: limit)
  }

  private func cut(_ text: String, to limit: Int) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > limit else {
      return text
    }
    return String(scalars.prefix(limit - 1)) + "…"
  }

  /// Puts `…` in place of every word that is the key, holds it, is a part of it or is made alike.
  private func withoutKeys(_ text: String) -> String {
    var result: [UInt8] = []
    var word: [UInt8] = []
    func endWord() {
      let isSecret = isSuspect(String(decoding: word, as: UTF8.self).lowercased())
      result += isSecret ? Array("…".utf8) : word
      word.removeAll(keepingCapacity: true)
    }
    for byte in text.utf8 {
      if byte.isKeyCharacter {
        word.append(byte)
      } else {
        endWord()
        result.append(byte)
      }
    }
    endWord()
    return String(decoding: result, as: UTF8.self)
  }

  private func isSuspect(_ word: String) -> Bool {
    guard !word.isEmpty else {
      return false
    }
    return word == key
      || (word.utf8.count >= 6 && key.contains(word))
      || (key.utf8.count >= 6 && word.contains(key))
      || Self.holdsUUID(word)
  }

  /// Whether 8-4-4-4-12 hexadecimal digits stand somewhere in the word.
  private static func holdsUUID(_ word: String) -> Bool {
    let bytes = Array(word.utf8)
    guard bytes.count >= 36 else {
      return false
    }
    return (0...(bytes.count - 36)).contains { start in
      (0..<36).allSatisfy { offset in
        let byte = bytes[start + offset]
        return switch offset {
        case 8, 13, 18, 23: byte == UInt8(ascii: "-")
        default: byte.isHexDigit
        }
      }
    }
  }
}

extension UInt8 {
  /// Whether the byte is a hexadecimal digit in lower case.
  fileprivate var isHexDigit: Bool {
    (self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9"))
      || (self >= UInt8(ascii: "a") && self <= UInt8(ascii: "f"))
  }
}
