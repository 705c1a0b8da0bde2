/// Checks the globs of routes: `*` inside a segment, `**` for any number of whole segments.
enum PatternText {
  /// Why a pattern can never match, and what was probably meant.
  enum Problem: Equatable {
    case empty
    case address
    case slashAtEdge
    case emptySegment
    case character(Unicode.Scalar, isBranch: Bool)
    case doubleStar
    case quotedID
    case exclamationMark
    case noGroup
    case noFullPath
    case references
    case dotSegment
  }

  /// Returns what is wrong with a pattern over full project paths.
  static func problem(inProject text: String) -> Problem? {
    if text.isEmpty { return .empty }
    if text.contains("://") { return .address }
    if text.hasPrefix("!") { return .exclamationMark }
    let stranger = text.unicodeScalars.first { scalar in
      !(scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789_.-/*".contains(Character(scalar))))
    }
    if let stranger { return .character(stranger, isBranch: false) }
    if let problem = problem(inSegmentsOf: text) { return problem }
    if text.contains("/") || text == "**" { return nil }
    if text.allSatisfy(\.isNumber) { return .quotedID }
    return text.contains("*") ? .noGroup : .noFullPath
  }

  /// Returns what is wrong with a pattern over branch names, `!` before it or not.
  static func problem(inBranch text: String) -> Problem? {
    let pattern = text.hasPrefix("!") ? String(text.dropFirst()) : text
    if pattern.isEmpty { return .empty }
    if pattern.hasPrefix("refs/") { return .references }
    let stranger = pattern.unicodeScalars.first { scalar in
      scalar.value <= 0x20 || scalar.value == 0x7F || "~^:?[\\".unicodeScalars.contains(scalar)
    }
    if let stranger { return .character(stranger, isBranch: true) }
    return problem(inSegmentsOf: pattern)
  }

  private static func problem(inSegmentsOf text: String) -> Problem? {
    if text.hasPrefix("/") || text.hasSuffix("/") { return .slashAtEdge }
    let segments = text.split(separator: "/", omittingEmptySubsequences: false)
    if segments.contains(where: \.isEmpty) { return .emptySegment }
    if segments.contains(where: { $0 == "." || $0 == ".." }) { return .dotSegment }
    if segments.contains(where: { $0.contains("**") && $0 != "**" }) { return .doubleStar }
    return nil
  }
}
