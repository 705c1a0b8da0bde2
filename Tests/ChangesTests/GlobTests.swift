import Changes
import Testing

@Suite struct GlobTests {
  struct Case: Sendable, CustomStringConvertible {
    let pattern: String
    let matching: [String]
    let others: [String]
    var description: String { pattern }
  }

  @Test(arguments: [
    Case(pattern: "", matching: [""], others: ["a"]),
    Case(pattern: "main", matching: ["main"], others: ["Main", "mai", "main2", "a/main"]),
    Case(pattern: "*", matching: ["", "main"], others: ["feature/x"]),
    Case(pattern: "**", matching: ["", "main", "feature/x/y"], others: []),
    Case(pattern: "***", matching: ["", "feature/x"], others: []),
    Case(pattern: "release/*", matching: ["release/1"], others: ["release", "release/1/2"]),
    Case(
      pattern: "release/**",
      matching: ["release/1", "release/1/2"],
      others: ["release", "release/", "releases/1"]
    ),
    Case(pattern: "**/x", matching: ["x", "a/x", "a/b/x"], others: ["ax", "a/bx", "x/a"]),
    Case(
      pattern: "a/**/b/**/c",
      matching: ["a/b/c", "a/x/b/c", "a/b/y/c", "a/x/y/b/z/c", "a/b/b/c"],
      others: ["a/c", "a/xb/c", "a/b/xc"]
    ),
    Case(pattern: "**/**/x", matching: ["x", "a/b/x"], others: ["ax"]),
    Case(pattern: "**/*", matching: ["x", "a/b/x"], others: []),
    Case(pattern: "a**b", matching: ["ab", "a/b", "axx/yyb"], others: ["a/", "b"]),
    Case(pattern: "a*b*c", matching: ["abc", "aXbYc", "abbcc"], others: ["ab/c", "acb"]),
    Case(pattern: "*-fix", matching: ["-fix", "a-fix", "a-fix-fix"], others: ["a/b-fix"]),
    Case(pattern: "a?[b]", matching: ["a?[b]"], others: ["axb", "ab"]),
    Case(pattern: "文*/*", matching: ["文档/手册", "文/手"], others: ["档/手册", "文档"]),
  ])
  func `a pattern matches whole names`(given: Case) {
    let glob = Glob(given.pattern)
    for name in given.matching { #expect(glob.matches(name), "\(name)") }
    for name in given.others { #expect(!glob.matches(name), "\(name)") }
  }

  @Test func `case is ignored for ASCII letters where asked`() {
    #expect(Glob("Docs/*", ignoresCase: true).matches("dOCS/Manual"))
    #expect(!Glob("Docs/É*", ignoresCase: true).matches("docs/éa"))
    #expect(!Glob("Docs/*").matches("docs/manual"))
  }

  @Test(.timeLimit(.minutes(15)))
  func `a malicious pattern costs no more than the product of the lengths`() {
    let name = String(repeating: "a/", count: 2_000)
    #expect(!Glob(String(repeating: "**/a*", count: 40) + "b").matches(name))
    #expect(!Glob(String(repeating: "*a", count: 100) + "b").matches(name))
    #expect(Glob(String(repeating: "**", count: 1_000)).matches(name))
  }

  /// The meaning of a pattern by trying everything: slow, but plainly right.
  private func plainMatch(
    _ pattern: ArraySlice<Character>,
    of whole: [Character],
    _ name: ArraySlice<Character>
  ) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    guard first == "*" else {
      return name.first == first && plainMatch(pattern.dropFirst(), of: whole, name.dropFirst())
    }
    let rest = pattern.drop { $0 == "*" }
    let crosses = rest.startIndex - pattern.startIndex > 1
    let beginsSegment =
      pattern.startIndex == 0 || whole[pattern.startIndex - 1] == "/"
    if crosses && beginsSegment && rest.first == "/" {
      let below = rest.dropFirst()
      if plainMatch(below, of: whole, name) { return true }
      return name.indices.contains {
        name[$0] == "/" && plainMatch(below, of: whole, name[($0 + 1)...])
      }
    }
    if crosses && beginsSegment && rest.isEmpty && pattern.startIndex > 0 { return !name.isEmpty }
    for end in name.startIndex...name.endIndex {
      if plainMatch(rest, of: whole, name[end...]) { return true }
      if end < name.endIndex && name[end] == "/" && !crosses { return false }
    }
    return false
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `random patterns match as trying everything does`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var matches = 0
    for _ in 0..<3_000 {
      let pattern = (0..<Int.random(in: 0...7, using: &random)).map { _ in
        Array("**/ab").randomElement(using: &random) ?? "*"
      }
      let name = (0..<Int.random(in: 0...7, using: &random)).map { _ in
        Array("aab/").randomElement(using: &random) ?? "a"
      }
      let expected = plainMatch(pattern[...], of: pattern, name[...])
      if expected { matches += 1 }
      #expect(
        Glob(String(pattern)).matches(String(name)) == expected,
        "\(String(pattern)) on \(String(name)), seed \(seed)"
      )
    }
    #expect(matches > 100)
  }
}
