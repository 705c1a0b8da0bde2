import Changes
import Testing

@Suite struct MessageLimitTests {
  private let neutraliser = Neutraliser(gitlabURL: "https://gitlab.example.internal")

  private func content(
    title: String = "GitLab",
    name: String = "手册",
    url: String = "https://gitlab.example.internal/docs/manual",
    user: String = "alice",
    _ message: String,
    byteLimit: Int = 4096
  ) -> String {
    EventMessage(
      kind: .push,
      title: title,
      projectName: name,
      projectURL: url,
      username: user,
      commitMessage: message
    ).content(neutraliser, byteLimit: byteLimit)
  }

  /// The commit message as the content shows it.
  private func shown(_ content: String) throws -> String {
    let tail = try #require(content.split(separator: "提交信息: ", maxSplits: 1).last)
    return String(tail.dropLast(2))
  }

  struct Script: Sendable, CustomStringConvertible {
    let description: String
    let character: Character
  }

  @Test(arguments: [
    Script(description: "ASCII", character: "x"),
    Script(description: "two bytes", character: "é"),
    Script(description: "CJK", character: "长"),
    Script(description: "emoji", character: "😀"),
    Script(description: "emoji family", character: "👨‍👩‍👧‍👦"),
    Script(description: "flag", character: "🇨🇳"),
    Script(description: "combining", character: "e\u{301}\u{323}"),
    Script(description: "Devanagari", character: "नि"),
    Script(description: "Hangul jamo", character: "\u{1112}\u{1161}\u{11AB}"),
  ])
  func `101 every length around the limit is cut between Characters, never over it`(
    script: Script
  ) throws {
    let overhead = content("").utf8.count
    let width = String(script.character).utf8.count
    for length in 4000...4200 {
      let padding = String(repeating: "a", count: length % width)
      let message = padding + String(repeating: script.character, count: length / width)
      #expect(message.utf8.count == length)
      let content = content(message)
      let shown = try shown(content)
      if overhead + length <= 4096 {
        #expect(shown.utf8.elementsEqual(message.utf8))
        continue
      }
      #expect(content.utf8.count <= 4096)
      #expect(content.utf8.count > 4096 - width, "no room is given away")
      #expect(shown.hasSuffix("…"))
      let kept = shown.dropLast()
      #expect(message.hasPrefix(kept))
      #expect(kept.count == padding.count + (kept.utf8.count - padding.utf8.count) / width)
    }
  }

  @Test func `a message that fits to the byte is whole`() throws {
    let room = 4096 - content("").utf8.count
    let fitting = content(String(repeating: "x", count: room))
    #expect(fitting.utf8.count == 4096)
    #expect(!fitting.contains("…"))
    let longer = content(String(repeating: "x", count: room + 1))
    #expect(longer.utf8.count == 4096)
    #expect(try shown(longer) == String(repeating: "x", count: room - 3) + "…")
  }

  @Test func `a single Character over the limit leaves only the mark of the cut`() throws {
    let zalgo = "z" + String(repeating: "\u{335}", count: 5_000)
    #expect(zalgo.count == 1)
    #expect(try shown(content(zalgo)) == "…")
    #expect(try shown(content("ab" + zalgo + "cd")) == "ab…")
  }

  @Test func `text that grows by its substitution is still within the limit`() {
    let content = content(String(repeating: "<@", count: 2_000))
    #expect(content.utf8.count <= 4096)
    #expect(content.utf8.count > 4090)
  }

  @Test func `a link is not cut in its host`() throws {
    let link = "[x](https://gitlab.example.internal/a)"
    let overhead = content("").utf8.count
    for position in 1...60 {
      let message =
        String(repeating: "x", count: 4096 - overhead - position) + link
        + String(repeating: "y", count: 100)
      let shown = try shown(content(message))
      if let opening = shown.unicodeScalars.firstIndex(of: "(") {
        #expect(shown[opening...].hasPrefix("(https://gitlab.example.internal/"))
      }
    }
  }

  @Test(arguments: [0, 3, 100, 5_000, 20_000])
  func `long names and addresses never lead over the limit`(length: Int) throws {
    let long = String(repeating: "长", count: length)
    let url = "https://gitlab.example.internal/" + String(repeating: "x", count: length)
    for (name, user) in [(long, "alice"), ("手册", long), (long, long)] {
      for address in [url, "https://gitlab.example.internal/docs/manual", ""] {
        for title in ["GitLab", long] {
          for message in ["feat", long, ""] {
            let content = content(title: title, name: name, url: address, user: user, message)
            #expect(content.utf8.count <= 4096)
            #expect(content.hasPrefix("## "))
          }
        }
      }
    }
  }

  @Test func `the commit message gives way before the name, the name before the username`() {
    let long = String(repeating: "x", count: 3_000)
    let first = content(name: long, user: "alice", long)
    #expect(first.contains("[\(long)](https://gitlab.example.internal/docs/manual)"))
    #expect(first.contains("提交信息: x"))
    let second = content(name: long, user: long, long)
    #expect(second.contains("提交信息: … \n"))
    #expect(second.contains("*\(long)*"))
    #expect(second.contains("…](https://gitlab.example.internal/docs/manual)"))
    #expect(second.utf8.count == 4096)
    let third = content(name: long, user: long + long, long)
    #expect(third.contains("[…](https://gitlab.example.internal/docs/manual)"))
    #expect(third.contains("提交信息: … \n"))
    #expect(third.utf8.count == 4096)
  }

  @Test func `a name whose address takes half the message goes unlinked`() {
    let url = "https://gitlab.example.internal/" + String(repeating: "x", count: 2_048)
    #expect(content(url: url, "feat").contains("\n- 项目: 手册 \n"))
  }

  @Test(arguments: [2048, 1024, 512, 64, 3, 0])
  func `a smaller limit holds too`(byteLimit: Int) {
    let long = String(repeating: "长", count: 2_000)
    #expect(content(name: long, user: long, long, byteLimit: byteLimit).utf8.count <= byteLimit)
  }

  @Test(
    .timeLimit(.minutes(15)),
    arguments: ["x", "长", "\u{335}", "\n", "<@", "](", "](https://gitlab.example.internal/"]
  )
  func `ten megabytes are no more work than they must be`(piece: String) {
    let message = String(repeating: piece, count: 10_000_000 / piece.utf8.count)
    #expect(content(message).utf8.count <= 4096)
  }

  @Test func `an empty commit message still gives a message`() {
    #expect(content("\n\n").hasSuffix("- 提交信息:  \n"))
  }
}
