/// Takes from user text what could forge something in WeCom, and leaves the rest as it is.
///
/// WeCom documents no escape, so characters are substituted by their full-width twins or removed.
/// Everything works on Unicode scalars: a scalar may hide inside a `Character` ("\r\n" is one), and
/// WeCom does not know `Character`s.
package struct Neutraliser: Sendable {
  private let gitlab: GitLabAddress

  /// Makes a neutraliser for the GitLab at this URL, which alone user text may link to.
  package init(gitlabURL: String) {
    gitlab = GitLabAddress(gitlabURL)
  }

  /// Returns the text without line breaks, control characters, live mentions, tags, foreign links.
  ///
  /// Removal comes first, so that nothing forbidden can arise from it; a substitution never makes
  /// another one due. Doing it twice changes nothing more. `next` is what stands right behind the
  /// text, nil for the end of the line; what the result holds over `scalarLimit` is not looked at.
  package func neutralised(
    _ text: String,
    before next: Unicode.Scalar? = nil,
    scalarLimit: Int = .max
  ) -> String {
    var kept: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars where !scalar.isRemovedFromMessages {
      if kept.count >= scalarLimit { break }
      kept.append(scalar)
    }
    // In place from the front: each decision looks at what is not yet substituted, and at a `]`.
    for index in kept.indices {
      switch kept[index] {
      case "<" where Self.opensTag(kept[(index + 1)...]):
        kept[index] = "＜"
      case "(" where isForeignLink(kept, at: index, before: next):
        kept[index] = "（"
      default:
        continue
      }
    }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: kept)
    return String(result)
  }

  /// Returns a neutralised text that is cut to the limit, with `…` in place of what is cut.
  ///
  /// A link whose target would lose its host by the cut is cut away with its `]`: its target was
  /// judged whole and would no longer be what was judged.
  package func cut(_ text: String, toBytes byteLimit: Int) -> String {
    guard text.utf8.count > byteLimit else { return text }
    var head = text.prefix(fittingBytes: byteLimit - String.ellipsis.utf8.count)
    let scalars = Array(head.unicodeScalars)
    let opening = scalars.indices.last { scalars[$0] == "(" && $0 > 0 && scalars[$0 - 1] == "]" }
    if let opening, isForeignLink(scalars, at: opening, before: "…") {
      let before = String(String.UnicodeScalarView(scalars[..<(opening - 1)]))
      head = head.prefix(fittingBytes: before.utf8.count)
    }
    return byteLimit < String.ellipsis.utf8.count ? "" : head + String.ellipsis
  }

  /// Tells whether the parenthesis opens a link's target that is not on the GitLab.
  private func isForeignLink(
    _ text: [Unicode.Scalar],
    at opening: Int,
    before next: Unicode.Scalar?
  ) -> Bool {
    opening > 0 && text[opening - 1] == "]"
      && !gitlab.covers(text[(opening + 1)...], before: next)
  }

  /// Tells whether a `<` before this text is a mention or a font tag to WeCom.
  ///
  /// Only these two: `a < b` and `Array<Int>` are no tags to WeCom, and with a blank behind the `<`
  /// nothing is.
  private static func opensTag(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
    if rest.first == "@" { return true }
    let name = rest.first == "/" ? rest.dropFirst() : rest
    return name.prefix(4).map(\.asciiLowercased) == ["f", "o", "n", "t"]
  }
}

extension Unicode.Scalar {
  /// Whether messages go out without this scalar.
  ///
  /// C0 but the tab, DEL, C1; the two Unicode line breaks, which would begin a line like `\n`; the
  /// bidirectional embeddings, overrides and isolates, which show text in another order than it
  /// has. The marks U+200E, U+200F and U+061C stay: they only place punctuation, and ordinary
  /// Arabic and Hebrew needs them.
  var isRemovedFromMessages: Bool {
    switch value {
    case 0x09: false
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
