import Changes
import Testing

@Suite struct DigestTests {
  private let base = "https://gitlab.example.internal"
  private let neutraliser = Neutraliser(gitlabURL: "https://gitlab.example.internal")

  private func entry(
    _ id: Int,
    minute: Int64 = 0,
    project: Int = 1,
    name: String = "用户手册",
    user: String = "alice",
    reference: String = "main",
    _ happening: DigestEntry.Happening
  ) -> DigestEntry {
    DigestEntry(
      id: "m\(id)",
      time: Timestamp(milliseconds: minute * 60_000),
      projectID: project,
      projectName: name,
      projectURL: "\(base)/docs/p\(project)",
      username: user,
      reference: reference,
      link: "\(base)/docs/p\(project)/-/commit/\(id)",
      happening: happening
    )
  }

  private func push(
    _ title: String,
    _ count: Int = 1,
    _ kind: DigestEntry.PushKind = .commits
  ) -> DigestEntry.Happening {
    .push(kind, commitTitle: title, commitCount: count)
  }

  private func fold(
    _ entries: [DigestEntry],
    title: String = "文档站",
    byteLimit: Int = 4096
  ) -> [Digest] {
    Digest.fold(entries, title: title, neutraliser: neutraliser, byteLimit: byteLimit) {
      "11-21 \($0.milliseconds / 60_000)"
    }
  }

  @Test func `a digest has a heading, and per project a heading and one line per message`() throws {
    let digests = fold([
      entry(1, minute: 1, push("feat: 导出用户反馈\n\n更多")),
      entry(2, minute: 2, project: 2, name: "API", reference: "release/1", push("fix", 1)),
      entry(4, minute: 4, user: "bob", reference: "fix/typo", push("修复错别字", 3)),
      entry(
        5,
        minute: 5,
        user: "carol",
        .build(job: "unit", stage: "test", reason: "script_failure")
      ),
      entry(3, minute: 3, push("", 0, .creation)),
      entry(6, minute: 6, push("chore: back", 0, .reset)),
      entry(
        7,
        minute: 7,
        project: 2,
        name: "API 2",
        user: "dave",
        reference: "refs/merge-requests/7/head",
        .build(job: "lint", stage: "lint", reason: "")
      ),
    ])
    let expected = """
      ## 文档站 补发 <font color="comment">7</font> 条通知 (11-21 1 – 11-21 7)
      **[用户手册](https://gitlab.example.internal/docs/p1)** 推送 4，失败构建 1
      > *alice* main: [feat: 导出用户反馈](https://gitlab.example.internal/docs/p1/-/commit/1)
      > *alice* 新建 main: [（无提交信息）](https://gitlab.example.internal/docs/p1/-/commit/3)
      > *bob* fix/typo: [修复错别字](https://gitlab.example.internal/docs/p1/-/commit/4) 等 3 个提交
      > <font color="warning">failed</font> **carol** main: \
      [unit](https://gitlab.example.internal/docs/p1/-/commit/5) test · script_failure
      > *alice* 回退 main: [chore: back](https://gitlab.example.internal/docs/p1/-/commit/6)

      **[API 2](https://gitlab.example.internal/docs/p2)** 推送 1，失败构建 1
      > *alice* release/1: [fix](https://gitlab.example.internal/docs/p2/-/commit/2)
      > <font color="warning">failed</font> **dave** !7: \
      [lint](https://gitlab.example.internal/docs/p2/-/commit/7)
      """
    #expect(digests.count == 1)
    let digest = try #require(digests.first)
    #expect(digest.content == expected)
    #expect(digest.entryIDs == ["m1", "m3", "m4", "m5", "m6", "m2", "m7"])
  }

  @Test func `nothing waiting gives no digest`() {
    #expect(fold([]) == [])
  }

  @Test func `one moment is shown once`() {
    let content = fold([entry(1, push("x")), entry(2, push("y"))]).first?.content ?? ""
    #expect(content.hasPrefix("## 文档站 补发 <font color=\"comment\">2</font> 条通知 (11-21 0)\n"))
  }

  @Test func `equal times keep the order given`() {
    let entries = (0..<30).map { entry($0, push("x")) }
    #expect(fold(entries).flatMap(\.entryIDs) == entries.map(\.id))
  }

  @Test func `a project that goes on in the next digest repeats its heading`() throws {
    let digests = fold((0..<100).map { entry($0, minute: Int64($0), push("提交 \($0)")) })
    #expect(digests.count > 1)
    var lineCount = 0
    for (index, digest) in digests.enumerated() {
      let lines = digest.content.split(separator: "\n")
      let part = " \(index + 1)/\(digests.count)"
      #expect(lines[0].hasSuffix(part))
      let mark = index == 0 ? "" : "续 "
      #expect(
        lines[1] == "**[用户手册](\(base)/docs/p1)** \(mark)推送 \(digest.entryIDs.count)"
      )
      #expect(lines.count == 2 + digest.entryIDs.count)
      #expect(lines[0].contains(">\(digest.entryIDs.count)</font> 条通知"))
      lineCount += digest.entryIDs.count
    }
    #expect(lineCount == 100)
    for digest in digests.dropLast() {
      #expect(digest.content.utf8.count > 3_800, "a digest is filled before the next begins")
    }
  }

  @Test func `500 pushes of a weekend take few digests`() {
    let entries = (0..<500).map { number in
      entry(number, project: number % 7, name: "项目 \(number % 7)", push("feat: 第 \(number) 次"))
    }
    let digests = fold(entries)
    #expect(digests.count <= 16)
    #expect(Set(digests.flatMap(\.entryIDs)).count == 500)
  }

  @Test func `long titles are cut to a phone's width`() {
    let title = String(repeating: "长", count: 200)
    let content = fold([entry(1, push(title))]).first?.content ?? ""
    #expect(content.contains("[" + String(repeating: "长", count: 59) + "…]("))
    let fitting = String(repeating: "长", count: 60)
    #expect(fold([entry(1, push(fitting))]).first?.content.contains("[\(fitting)](") == true)
  }

  @Test(arguments: [
    ("[x](http://evil)", "［x］（http://evil)"),
    ("<@all> <font>", "＜@all> ＜font>"),
    ("`code`", "｀code｀"),
    ("\r\n \t first\u{202E}\r\nsecond", "first"),
    ("# x", "# x"),
    ("a\tb ", "a b"),
    (" \n ", "（无提交信息）"),
    ("\u{200B}\u{FEFF}", "（无提交信息）"),
  ])
  func `99 a commit title cannot leave its label`(title: String, label: String) {
    let line = fold([entry(1, push(title))]).first?.content.split(separator: "\n").last
    #expect(line == "> *alice* main: [\(label)](\(base)/docs/p1/-/commit/1)")
  }

  @Test func `missing words have substitutes, missing links leave the label`() {
    var bare = entry(1, name: "", user: "", reference: "", push(""))
    bare.link = ""
    bare.projectURL = "ftp://x"
    let lines = fold([bare]).first?.content.split(separator: "\n").dropFirst()
    #expect(lines.map { $0.map(String.init) } == ["**（未命名）** 推送 1", "> *（未知）* （无提交信息）"])
    bare.happening = .build(job: "", stage: "", reason: "")
    let line = fold([bare]).first?.content.split(separator: "\n").last
    #expect(line == "> <font color=\"warning\">failed</font> **（未知）** （未命名）")
  }

  @Test func `the widest line fits with the widest headings`() {
    let wide = "👨‍👩‍👧‍👦"
    let texts = [String(repeating: wide, count: 500), String(repeating: "*", count: 5_000)]
    for text in texts {
      var entry = entry(
        1,
        name: text,
        user: text,
        reference: text,
        .build(job: text, stage: text + "x", reason: text)
      )
      entry.projectURL = base + "/" + String(repeating: "p", count: 768 - base.utf8.count - 1)
      entry.link = entry.projectURL
      let digests = Digest.fold([entry, entry], title: text, neutraliser: neutraliser) { _ in text }
      #expect(digests.flatMap(\.entryIDs).count == 2)
      for digest in digests {
        #expect(digest.content.utf8.count <= 4096)
        #expect(digest.content.split(separator: "\n").count == 2 + digest.entryIDs.count)
        #expect(digest.content.contains("](\(entry.link)) "))
      }
    }
  }

  @Test(arguments: [2048, 600, 100, 3])
  func `a smaller limit holds too`(byteLimit: Int) {
    let entries = (0..<20).map { entry($0, project: $0 % 3, push("提交 \($0)")) }
    let digests = fold(entries, byteLimit: byteLimit)
    #expect(digests.allSatisfy { $0.content.utf8.count <= byteLimit })
    #expect(digests.flatMap(\.entryIDs).count == 20)
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `every entry has exactly one line in exactly one digest, whatever it holds`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let texts = [
      "feat", "修复", "<@all>", "](http://evil.example)", "\n# x", "[", "]", "`", "<font>", "> q",
      "\u{202E}x", "👨‍👩‍👧‍👦", String(repeating: "长", count: 300),
      "z" + String(repeating: "\u{335}", count: 900), "",
      "\u{2028}- x", "*", "**", "refs/merge-requests/\n1/head",
    ]
    func text() -> String {
      (0..<Int.random(in: 0...3, using: &random))
        .map { _ in texts.randomElement(using: &random) ?? "" }
        .joined()
    }
    for _ in 0..<6 {
      let entries = (0..<Int.random(in: 1...120, using: &random)).map { number in
        let isPush = Bool.random(using: &random)
        return entry(
          number,
          minute: Int64.random(in: 0...50, using: &random),
          project: Int.random(in: 1...6, using: &random),
          name: text(),
          user: text(),
          reference: text(),
          isPush
            ? .push(
              .commits,
              commitTitle: text(),
              commitCount: Int.random(in: 0...9, using: &random)
            )
            : .build(job: text(), stage: text(), reason: text())
        )
      }
      let digests = fold(entries)
      #expect(digests.flatMap(\.entryIDs).sorted() == entries.map(\.id).sorted(), "seed \(seed)")
      for digest in digests {
        let rendered = Rendered(content: digest.content, gitlabURL: base)
        let lines = digest.content.split(separator: "\n")
        let links = Set(entries.map { "](\($0.link))" })
        #expect(digest.content.utf8.count <= 4096, "seed \(seed)")
        #expect(!rendered.hasLiveMention, "seed \(seed)")
        #expect(rendered.foreignTargets == [], "seed \(seed)")
        #expect(!rendered.hasForbiddenScalar, "seed \(seed)")
        #expect(lines.count { $0.hasPrefix("> ") } == digest.entryIDs.count, "seed \(seed)")
        #expect(lines.count { $0.hasPrefix("## ") } == 1, "seed \(seed)")
        #expect(lines.allSatisfy { ["## ", "**[", "> *", "> <"].contains($0.prefix(3)) })
        let builds = lines.count { $0.hasPrefix("> <font color=\"warning\">failed</font> **") }
        #expect(rendered.fontTags == 2 + 2 * builds, "seed \(seed)")
        let told = lines.filter { $0.hasPrefix("> ") }
        for (line, id) in zip(told, digest.entryIDs) {
          #expect(line.contains("/-/commit/\(id.dropFirst()))"), "seed \(seed)")
          #expect(links.count { line.contains($0) } == 1, "seed \(seed)")
        }
      }
    }
  }
}
