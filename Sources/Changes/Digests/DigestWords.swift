/// The words of a digest: user text brought to one short, harmless line.
struct DigestWords: Sendable {
  /// The most that one field may take, so that any one line fits into an empty digest.
  private struct Width {
    let characters: Int
    let bytes: Int

    static let title = Width(characters: 60, bytes: 240)
    static let name = Width(characters: 40, bytes: 160)
    static let word = Width(characters: 40, bytes: 120)
  }

  private static let linkBytes = 768
  let neutraliser: Neutraliser

  /// Returns a project's name for its heading, linked where the address allows.
  func project(_ entry: DigestEntry) -> String {
    link(label(entry.projectName, .name, else: "（未命名）"), to: entry.projectURL)
  }

  /// Returns the one line of an entry, without a line break.
  func line(_ entry: DigestEntry) -> String {
    let user = label(entry.username, .word, else: "（未知）").replacing("*", with: "＊")
    let reference = label(shortReference(entry.reference), .name, else: "")
    switch entry.happening {
    case .push(let kind, let commitTitle, let commitCount):
      let place = [kind.word, reference].filter { !$0.isEmpty }.joined(separator: " ")
      let title = link(label(commitTitle, .title, else: "（无提交信息）"), to: entry.link)
      let count = commitCount > 1 ? " 等 \(commitCount) 个提交" : ""
      return "> *\(user)* \(place.isEmpty ? "" : place + ": ")\(title)\(count)"
    case .build(let job, let stage, let reason):
      let title = link(label(job, .title, else: "（未命名）"), to: entry.link)
      let stage = label(stage, .word, else: "")
      let details = [stage == job ? "" : stage, label(reason, .word, else: "")]
        .filter { !$0.isEmpty }
        .joined(separator: " · ")
      let place = reference.isEmpty ? "" : reference + ": "
      return #"> <font color="warning">failed</font> **\#(user)** \#(place)\#(title)"#
        + (details.isEmpty ? "" : " " + details)
    }
  }

  private func link(_ label: String, to address: String) -> String {
    guard let target = LinkTarget(address, byteLimit: Self.linkBytes) else { return label }
    return "[\(label)](\(target.text))"
  }

  /// Returns the first line that says something, neutralised, without what ends a label or code.
  private func label(_ text: String, _ width: Width, else substitute: String) -> String {
    let scalars = text.unicodeScalars.drop {
      $0.properties.isWhitespace || $0.isRemovedFromMessages
    }
    let line = scalars.prefix { !["\n", "\r", "\u{2028}", "\u{2029}"].contains($0) }
    let neutral = neutraliser.neutralised(String(line), scalarLimit: 4 * width.bytes)
    var label = String.UnicodeScalarView()
    for scalar in neutral.unicodeScalars {
      switch scalar {
      case "[": label.append("［")
      case "]": label.append("］")
      case "`": label.append("｀")
      case "\t": label.append(" ")
      default: label.append(scalar)
      }
    }
    while label.last?.properties.isWhitespace == true { label.removeLast() }
    let short = String(label).cut(toBytes: width.bytes, characters: width.characters)
    return short.unicodeScalars.allSatisfy(\.isUnseen) ? substitute : short
  }

  /// Returns a merge request's ref as GitLab's users write it (`!7`), any other as it is.
  private func shortReference(_ reference: String) -> String {
    let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "refs", parts[1] == "merge-requests" else {
      return reference
    }
    return "!" + parts[2]
  }
}

extension Unicode.Scalar {
  /// Whether a label of only such scalars would leave nothing to see or to tap on.
  fileprivate var isUnseen: Bool {
    properties.isWhitespace || properties.isDefaultIgnorableCodePoint
  }
}

extension DigestEntry.PushKind {
  /// What the line says before the branch.
  fileprivate var word: String {
    switch self {
    case .commits: ""
    case .creation: "新建"
    case .reset: "回退"
    }
  }
}
