import Changes
import Testing

/// Rows 98 to 101 of the fault catalogue: text that tries to forge something in the group.
@Suite struct HostileTextTests {
  private static let base = "https://gitlab.example.internal"
  private let neutraliser = Neutraliser(gitlabURL: HostileTextTests.base)

  /// What an attacker would try; every one must lose its effect in every field and position.
  private static let payloads: [String] =
    [
      "<@all>", "<@zhangsan>", "<@", "<\n@all>", "<\u{0}@all>", "<\r\n@all>", "<\u{202E}@all>",
      "<\u{85}@all>", "<\u{2028}@all>", "<<@all>>", "<\u{7F}\u{9B}@all>", "<@<@<@all>>>",
      "<font color=\"warning\">x</font>", "<FONT COLOR=info>", "<fOnT>", "</font>", "</FoNt>",
      "<fo\nnt>", "<\u{8}font>", "</\u{2066}font>", "<\u{2069}/font>", "<<font>font>",
      "</fon\rt><font color=\"info\">", "<font\t>", "<fontx>",
      "[login](http://evil.example)", "](http://evil.example)", "](", "](https://",
      "](\(base))](//evil.example)", "](\(base)@evil.example/)", "](\(base).evil.example/)",
      "](\(base):443@evil.example/)", "](\(base)\\@evil.example/)", "](\(base)\t.evil.example)",
      "](\(base)evil.example/)", "](http://gitlab.example.internal/)", "]( \(base)/)",
      "](\t\(base)/)", "](//evil.example)", "](/\\evil.example)", "](javascript:alert(1))",
      "](<\(base)/>)", "]\n(http://evil.example)", "]\r\n(http://evil.example)",
      "]\u{0}(http://evil.example)", "]\u{202D}(\u{2067}http://evil.example)",
      "](h\nttp://evil.example)", "](\u{301}http://evil.example)", "](\(base)\u{301}/)",
      "![x](http://evil.example/x.png)", "[a](b)[c](d)", "](]((](", "](\(base)",
      "[x]: http://evil.example", "\n# heading", "\r\n> quote", "\u{2028}# heading",
      "\u{2029}> quote", "\u{85}# heading", "\u{B}x\u{C}y", "\n- 项目: [假](http://evil.example)",
      "\u{1B}[31mred\u{1B}[0m", "\u{9B}31m", "\u{7}", "\u{0}", "\u{202E}gnp.exe",
      "\u{2066}x\u{2069}", "\u{202A}\u{202B}\u{202C}\u{202D}", "z\u{335}\u{336}\u{337}\u{338}",
    ] + [String(repeating: "<@", count: 900), String(repeating: "](", count: 900)]

  private static let positions: [@Sendable (String) -> String] = [
    { $0 }, { $0 + " 尾" }, { "头 " + $0 }, { "头[" + $0 + "]尾" }, { $0 + $0 },
    { "<" + $0 }, { "]" + $0 }, { $0 + "<" }, { $0 + "]" },
    { $0.unicodeScalars.map { String($0) }.joined(separator: "\u{202C}") },
    { String(repeating: "长", count: 1_330) + $0 + String(repeating: "x", count: 200) },
  ]

  private enum Field: CaseIterable {
    case projectName, username, commitMessage, all
  }

  private func contents(_ text: String, in field: Field, url: String) -> [String] {
    func fill(_ own: Field, _ harmless: String) -> String {
      field == own || field == .all ? text : harmless
    }
    let name = fill(.projectName, "手册")
    let user = fill(.username, "alice")
    let message = fill(.commitMessage, "feat: x")
    return EventKind.allCases.map { kind in
      EventMessage(
        kind: kind,
        title: "GitLab",
        projectName: name,
        projectURL: url,
        username: user,
        commitMessage: message
      ).content(neutraliser)
    }
  }

  private func expectHarmless(_ content: String, _ cause: String) {
    let rendered = Rendered(content: content, gitlabURL: Self.base)
    #expect(!rendered.hasLiveMention, "\(cause)")
    #expect(rendered.fontTags == 2, "\(cause)")
    #expect(rendered.foreignTargets == [], "\(cause)")
    #expect(!rendered.hasForbiddenScalar, "\(cause)")
    #expect(rendered.lineBreaks == 5, "\(cause)")
    #expect(content.utf8.count <= 4096, "\(cause)")
    #expect(String(validating: Array(content.utf8), as: UTF8.self) != nil, "\(cause)")
  }

  @Test func `98 99 100 no hostile text forges anything in any field or position`() {
    var count = 0
    for payload in Self.payloads {
      for (index, position) in Self.positions.enumerated() {
        for field in Field.allCases {
          for content in contents(position(payload), in: field, url: Self.base + "/docs/manual") {
            count += 1
            expectHarmless(content, "\(Neutraliser.clean(payload)), \(field), position \(index)")
          }
        }
      }
    }
    #expect(count >= 500)
  }

  @Test func `the reader that judges sees what is forged`() {
    func rendered(_ content: String) -> Rendered {
      Rendered(content: content, gitlabURL: Self.base)
    }
    #expect(rendered("x <@all>").hasLiveMention)
    #expect(rendered("<FONT></fonT>").fontTags == 2)
    #expect(rendered("[x](http://evil) [y](\(Self.base).evil/)").foreignTargets.count == 2)
    #expect(rendered("[x](\(Self.base)/a) [y](\(Self.base))").foreignTargets == [])
    #expect(rendered("a\u{202E}b").hasForbiddenScalar)
    #expect(rendered("a\u{2028}b").hasForbiddenScalar)
    #expect(!rendered("a\tb\n").hasForbiddenScalar)
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `neutralising random text forges nothing and changes nothing the second time`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "<", "@", "/", "f", "O", "n", "T", "]", "(", ")", "[", Self.base, "\n", "\r", "\t", "\u{0}",
      "\u{202E}", "\u{2029}", "\u{200D}", "\u{301}", "👨‍👩‍👧", "长", "é", " ", "evil", "#", "`",
    ]
    for _ in 0..<500 {
      let text = (0..<Int.random(in: 0...24, using: &random)).map { _ in
        Int.random(in: 0...9, using: &random) == 0
          ? Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)).map { String($0) } ?? ""
          : pieces.randomElement(using: &random) ?? ""
      }.joined()
      let once = neutraliser.neutralised(text)
      #expect(Array(neutraliser.neutralised(once).utf8) == Array(once.utf8), "seed \(seed)")
      for content in contents(text, in: .all, url: Self.base + "/docs/manual") {
        expectHarmless(content, "seed \(seed): \(Neutraliser.clean(text))")
      }
    }
  }

  @Test(arguments: [
    "https://gitlab.example.internal/a)](http://evil.example",
    "https://gitlab.example.internal/a\n# x",
    "https://gitlab.example.internal/<@all>",
    "https://gitlab.example.internal/\u{202E}\u{0}<font>",
    "javascript:alert(1)", "//evil.example/", "", "https://gitlab.example.internal/" + long,
  ])
  func `99 a project's address cannot leave its link`(url: String) {
    for content in contents("x", in: .commitMessage, url: url) {
      expectHarmless(content, url)
    }
  }

  private static let long = String(repeating: "x", count: 5_000)
}
