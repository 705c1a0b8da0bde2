import TOML

/// One table of the file, read key by key; what is wrong with a key is reported, not thrown.
struct Section {
  /// A value and where it stands.
  struct Placed<Value> {
    var value: Value
    var span: TOMLSpan
  }

  let span: TOMLSpan
  let findings: Findings
  private let table: TOMLTable
  private let known: [String]

  /// Reports the keys that are not known, whatever is read later.
  init(
    _ table: TOMLTable,
    at span: TOMLSpan,
    header: String,
    known: [String],
    findings: Findings
  ) {
    self.table = table
    self.span = span
    self.known = known
    self.findings = findings
    for entry in table.entries where !known.contains(entry.key) {
      let home =
        header.hasPrefix("[")
        ? KnownKeys.tables.first { $0.keys.contains(entry.key) } : nil
      let near = home == nil ? Suggestion.nearest(to: entry.key, among: known) : nil
      findings.report(
        .unknownKey(
          entry.key,
          place: header,
          known: known,
          suggestion: near,
          home: home?.header
        ),
        at: entry.keySpan
      )
    }
  }

  func entry(_ key: String) -> TOMLTable.Entry? {
    precondition(known.contains(key), "every key that is read is listed as known")
    return table[key]
  }

  /// A string that is not empty and has no control characters.
  func line(_ key: String, limit: Int = 4096) -> Placed<String>? {
    guard let entry = entry(key) else { return nil }
    guard case .string(let text) = entry.node.value else {
      reportType(key, expected: "a string", entry.node)
      return nil
    }
    return checkedLine(text, key: key, limit: limit, at: entry.node.span)
  }

  /// A string that has to be one of a few.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String
  ) -> Choice? where Choice.RawValue == String {
    line(key).flatMap { choice($0, key: key) }
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: Placed<String>,
    key: String
  ) -> Choice? where Choice.RawValue == String {
    if let choice = Choice(rawValue: text.value) { return choice }
    let choices = Choice.allCases.map(\.rawValue)
    let near = Suggestion.nearest(to: text.value, among: choices)
    findings.report(
      .notOneOf(key, value: text.value, choices: choices, suggestion: near),
      at: text.span
    )
    return nil
  }

  func integer(_ key: String, from least: Int, to most: Int? = nil) -> Placed<Int>? {
    guard let entry = entry(key) else { return nil }
    guard case .integer(let number) = entry.node.value else {
      reportType(key, expected: "an integer", entry.node)
      return nil
    }
    guard let value = Int(exactly: number), value >= least, value <= most ?? .max else {
      findings.report(
        .outOfRange(key, value: String(number), least: least, most: most),
        at: entry.node.span
      )
      return nil
    }
    return Placed(value: value, span: entry.node.span)
  }

  /// A number of 0 or more, whole or not.
  func number(_ key: String) -> Double? {
    guard let entry = entry(key) else { return nil }
    let number: Double
    let shown: String
    switch entry.node.value {
    case .integer(let value):
      number = Double(value)
      shown = String(value)
    case .float(let value):
      number = value
      shown = String(value)
    default:
      reportType(key, expected: "a number", entry.node)
      return nil
    }
    guard number >= 0, number.isFinite else {
      findings.report(.outOfRange(key, value: shown, least: 0, most: nil), at: entry.node.span)
      return nil
    }
    return number
  }

  func duration(_ key: String, mayBeZero: Bool) -> Duration? {
    guard let entry = entry(key) else { return nil }
    guard case .string(let text) = entry.node.value else {
      reportType(key, expected: "a duration like \"30s\"", entry.node)
      return nil
    }
    switch DurationText.read(text) {
    case .failure(.malformed):
      findings.report(.malformedDuration(key, value: text), at: entry.node.span)
    case .failure(.tooLong):
      findings.report(.longDuration(key), at: entry.node.span)
    case .success(.zero) where !mayBeZero:
      findings.report(.zeroDuration(key), at: entry.node.span)
    case .success(let duration):
      return duration
    }
    return nil
  }

  /// The elements of an array, or nil if the key is not there or holds something else.
  func elements(_ key: String, like example: String) -> Placed<[TOMLNode]>? {
    guard let entry = entry(key) else { return nil }
    guard case .array(let nodes) = entry.node.value else {
      reportType(key, expected: "an array like \(example)", entry.node)
      return nil
    }
    return Placed(value: nodes, span: entry.node.span)
  }

  /// The strings of an array; elements that are none are reported and left out.
  func lines(_ key: String, like example: String) -> Placed<[Placed<String>]>? {
    elements(key, like: example).map { elements in
      let lines = elements.value.compactMap { node -> Placed<String>? in
        guard case .string(let text) = node.value else {
          reportType(key, expected: "an array like \(example)", node, prefix: "an array with ")
          return nil
        }
        return checkedLine(text, key: key, limit: 4096, at: node.span)
      }
      return Placed(value: lines, span: elements.span)
    }
  }

  func reportType(_ key: String, expected: String, _ node: TOMLNode, prefix: String = "") {
    findings.report(
      .wrongType(key, expected: expected, found: prefix + node.value.kind),
      at: node.span
    )
  }

  func checkedLine(
    _ text: String,
    key: String,
    limit: Int,
    at span: TOMLSpan
  ) -> Placed<String>? {
    let scalars = text.unicodeScalars
    if scalars.allSatisfy(\.properties.isWhitespace) {
      findings.report(.emptyText(key), at: span)
    } else if scalars.contains(where: { "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) })
    {
      findings.report(.severalLines(key), at: span)
    } else if scalars.contains(where: { $0.properties.generalCategory == .control }) {
      findings.report(.controlCharacter(key), at: span)
    } else if text.count > limit {
      findings.report(.tooLong(key, characterLimit: limit), at: span)
    } else {
      return Placed(value: text, span: span)
    }
    return nil
  }
}
