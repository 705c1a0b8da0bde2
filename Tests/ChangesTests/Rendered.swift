/// A finished content as a suspicious reader sees it; shares no code with what made it.
struct Rendered {
  let content: String
  let gitlabURL: String

  private var scalars: [Unicode.Scalar] { Array(content.unicodeScalars) }

  /// Where user text stands, it pings no one.
  var hasLiveMention: Bool { count(of: "<@") > 0 }

  /// Opening and closing font tags, in any case.
  var fontTags: Int { count(of: "<font") + count(of: "</font") }

  /// The targets of links that are not on the GitLab.
  var foreignTargets: [String] {
    let pieces = content.unicodeScalars.split(separator: "(", omittingEmptySubsequences: false)
    return zip(pieces, pieces.dropFirst()).compactMap { before, target in
      guard before.last == "]" else { return nil }
      let text = String(target.prefix { $0 != ")" })
      let rest = text.unicodeScalars.dropFirst(gitlabURL.unicodeScalars.count).first
      let isOurs =
        text.lowercased().hasPrefix(gitlabURL)
        && [nil, "/", "?", "#", " "].contains(rest)
      return isOurs ? nil : text
    }
  }

  var lineBreaks: Int { scalars.count { $0 == "\n" } }

  /// Controls but the tab and our own line breaks, Unicode line breaks, bidirectional controls.
  var hasForbiddenScalar: Bool {
    scalars.contains {
      if $0.value >= 0x20 && $0.value < 0x7F { return false }
      return switch $0.properties.generalCategory {
      case .control: $0 != "\n" && $0 != "\t"
      case .lineSeparator, .paragraphSeparator: true
      default:
        "\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}"
          .unicodeScalars.contains($0)
      }
    }
  }

  /// Occurrences of an ASCII text in lower case that begins with `<`, by bytes.
  private func count(of text: String) -> Int {
    let wanted = Array(text.utf8)
    return content.utf8.indices.count {
      content.utf8[$0] == UInt8(ascii: "<")
        && content.utf8[$0...].prefix(wanted.count)
          .map { (65...90).contains($0) ? $0 + 32 : $0 } == wanted
    }
  }
}
