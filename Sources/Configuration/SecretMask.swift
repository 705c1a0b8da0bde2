/// Hides what looks like a secret in lines of the file that messages show.
///
/// A faulty file may hold its secrets anywhere: under a misspelt key, in an address, behind a
/// missing quote. Better a word too many hidden than a token in a mail of cron.
enum SecretMask {
  /// Returns a line of the file with stars over its secrets, scalar for scalar.
  ///
  /// In a broken file, names and quotes may be what is broken: there only lines that plainly set
  /// a harmless key are shown, of others no more than how they begin.
  static func masked(line: [Unicode.Scalar], isBroken: Bool) -> [Unicode.Scalar] {
    var shown = line
    for index in line.indices where line[index] == "=" {
      guard isSecretName(key(before: index, in: line)) else { continue }
      let value = line[(index + 1)...].firstIndex { !isBlank($0) } ?? line.endIndex
      // A table says where the secret is; it does not hold it.
      if value < line.endIndex, line[value] == "{", !isBroken { continue }
      hide(value..<line.endIndex, in: &shown)
    }
    if isBroken, !isPlainlyHarmless(line) {
      hide(endOfBeginning(of: line)..<line.endIndex, in: &shown)
    }
    return hidingWords(in: hidingUserInfo(in: shown))
  }

  private static let harmlessKeys = Set(KnownKeys.tables.flatMap(\.keys))
    .subtracting(["token", "key"])

  /// Whether a line sets a known key that holds no secret, and nothing else.
  private static func isPlainlyHarmless(_ line: [Unicode.Scalar]) -> Bool {
    guard let equals = line.firstIndex(of: "=") else { return false }
    let name = text(line[..<equals]).trimmed(of: " \t\"'")
    return harmlessKeys.contains(name) && !line[equals...].contains("{")
  }

  /// Where a line stops being the name of a table or key.
  private static func endOfBeginning(of line: [Unicode.Scalar]) -> Int {
    let start = line.firstIndex { !isBlank($0) } ?? line.endIndex
    if start < line.endIndex, line[start] == "[" {
      let name = line[start...].prefix { $0 == "[" || $0 == "]" || isWordScalar($0) }
      return name.endIndex
    }
    let word = line[start...].prefix { isWordScalar($0) }
    let next = line[word.endIndex...].first { !isBlank($0) }
    let names = KnownKeys.tables.flatMap(\.keys)
    let isName = next == "=" || Suggestion.nearest(to: text(word), among: names) != nil
    return isName ? word.endIndex : start
  }

  private static func hide(_ range: Range<Int>, in line: inout [Unicode.Scalar]) {
    for index in range
    where !isBlank(line[index]) && !"\"'=[]{}".unicodeScalars.contains(line[index]) {
      line[index] = "*"
    }
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t"
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }

  /// Returns text of the file with stars over what looks like a secret by itself.
  static func masked(text: String) -> String {
    let scalars = hidingWords(in: hidingUserInfo(in: Array(text.unicodeScalars)))
    return String(String.UnicodeScalarView(scalars))
  }

  private static func key(before equals: Int, in line: [Unicode.Scalar]) -> String {
    let before = line[..<equals].reversed().drop(while: isBlank)
    let name: [Unicode.Scalar]
    if let quote = before.first, quote == "\"" || quote == "'" {
      name = before.dropFirst().prefix { $0 != quote }
    } else {
      name = before.prefix { isWordScalar($0) && $0 != "." }
    }
    return String(String.UnicodeScalarView(name.reversed())).lowercased()
  }

  private static func isSecretName(_ name: String) -> Bool {
    name.isEmpty || ["token", "secret", "passw", "pwd"].contains { name.contains($0) }
      || name.hasSuffix("key")
      || Suggestion.nearest(to: name, among: ["token"]) != nil && name.count > 3
      || Suggestion.nearest(to: name, among: ["key"]) != nil && name.count < 5
  }

  /// Hides what stands before an `@`, in addresses and elsewhere.
  private static func hidingUserInfo(in line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var shown = line
    for run in line.indices.split(whereSeparator: { " \t\"'".unicodeScalars.contains(line[$0]) }) {
      guard let end = run.last(where: { line[$0] == "@" }) else { continue }
      let slash = run.prefix { $0 < end && line[$0] != "/" }.endIndex
      let isAddress = slash + 1 < end && line[slash] == "/" && line[slash + 1] == "/"
      for hidden in (isAddress ? slash + 2 : run.startIndex)..<end { shown[hidden] = "*" }
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

extension String {
  fileprivate func trimmed(of scalars: String) -> String {
    let isKept = { (scalar: Unicode.Scalar) in !scalars.unicodeScalars.contains(scalar) }
    guard let first = unicodeScalars.firstIndex(where: isKept),
      let last = unicodeScalars.lastIndex(where: isKept)
    else {
      return ""
    }
    return String(unicodeScalars[first...last])
  }
}
