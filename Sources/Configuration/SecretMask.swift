/// Hides what looks like a secret in lines of the file that messages show.
///
/// A faulty file may hold its secrets anywhere: under a misspelt key, in an address, behind a
/// missing quote. Better a word too many hidden than a token in a mail of cron.
enum SecretMask {
  /// Returns a line of the file with stars over its secrets, scalar for scalar.
  static func masked(line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var shown = line
    for index in line.indices where line[index] == "=" {
      guard isSecretName(key(before: index, in: line)) else { continue }
      let value = line[(index + 1)...].firstIndex { $0 != " " && $0 != "\t" } ?? line.endIndex
      // A table says where the secret is; it does not hold it.
      if value < line.endIndex, line[value] == "{" { continue }
      for hidden in value..<line.endIndex where line[hidden] != "\"" && line[hidden] != "'" {
        shown[hidden] = "*"
      }
    }
    return hidingWords(in: hidingUserInfo(in: shown))
  }

  /// Returns text of the file with stars over what looks like a secret by itself.
  static func masked(text: String) -> String {
    let scalars = hidingWords(in: hidingUserInfo(in: Array(text.unicodeScalars)))
    return String(String.UnicodeScalarView(scalars))
  }

  private static func key(before equals: Int, in line: [Unicode.Scalar]) -> String {
    let before = line[..<equals].reversed().drop { $0 == " " || $0 == "\t" }
      .drop { $0 == "\"" || $0 == "'" }
    let name = before.prefix { isWordScalar($0) && $0 != "." }
    return String(String.UnicodeScalarView(name.reversed())).lowercased()
  }

  private static func isSecretName(_ name: String) -> Bool {
    ["token", "secret", "passw", "pwd"].contains { name.contains($0) }
      || name.hasSuffix("key")
      || Suggestion.nearest(to: name, among: ["token"]) != nil && name.count > 3
      || Suggestion.nearest(to: name, among: ["key"]) != nil && name.count < 5
  }

  private static func hidingUserInfo(in line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var shown = line
    var index = 2
    while index < line.count {
      index += 1
      guard line[(index - 3)..<index].elementsEqual("://".unicodeScalars) else { continue }
      let authority = line[index...].prefix { !"/\"' \t".unicodeScalars.contains($0) }
      guard let end = authority.lastIndex(of: "@") else { continue }
      for hidden in index..<end { shown[hidden] = "*" }
    }
    return shown
  }

  private static func hidingWords(in line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var shown = line
    var start = 0
    while start < line.count {
      let word = line[start...].prefix { isWordScalar($0) }
      if isSecretWord(Array(word)) {
        for index in word.indices { shown[index] = "*" }
      }
      start = word.endIndex + 1
    }
    return shown
  }

  private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || scalar == "-" || scalar == "_" || scalar == ".")
  }

  /// Tokens of GitLab by their prefix, keys of WeCom, and random text of every alphabet.
  private static func isSecretWord(_ word: [Unicode.Scalar]) -> Bool {
    let letters = word.prefix { $0.properties.isAlphabetic }
    if word.count >= 12, letters.count > 2, word.dropFirst(letters.count).first == "-",
      letters.starts(with: "gl".unicodeScalars),
      !letters.elementsEqual("gitlab".unicodeScalars)
    {
      return true
    }
    let hexDigits = word.filter(\.properties.isASCIIHexDigit)
    if hexDigits.count >= 32, word.allSatisfy({ $0.properties.isASCIIHexDigit || $0 == "-" }) {
      return true
    }
    return word.count >= 20
      && word.contains { ("0"..."9").contains($0) }
      && word.contains { ("a"..."z").contains($0) }
      && word.contains { ("A"..."Z").contains($0) }
  }
}
