import Changes
import Testing

@Suite struct NeutraliserTests {
  private let neutraliser = Neutraliser(gitlabURL: "https://GitLab.example.internal/")

  @Test(arguments: [
    "", "feat: 导出用户反馈 (#42)", "Array<Int>", "a < b > c", "*x* **y** `z`", "a\tb", "# no heading",
    "> no quote", "<b>bold</b>", "< font>", "<fon>", "< @all>", "@all", "\\", "&lt;", "[x] (y)",
    "[x][y]", "👨‍👩‍👧‍👦🏳️‍🌈", "e\u{301}", "x\u{200D}y\u{200C}z",
    "مرحبا\u{200F} \u{200E}x\u{61C}", "\u{FEFF}x", "\u{A0}x", "\u{FFFD}", "＜@all", "]（http://evil",
    "https://evil.example/", "  blanks  ",
  ])
  func `harmless text goes through unchanged`(text: String) {
    #expect(Array(neutraliser.neutralised(text).utf8) == Array(text.utf8))
  }

  @Test(arguments: [
    ("<@all>", "＜@all>"),
    ("hi <@bob>, <@", "hi ＜@bob>, ＜@"),
    ("<font color=\"info\">x</FONT>", "＜font color=\"info\">x＜/FONT>"),
    ("<FoNt>", "＜FoNt>"),
    ("<fontsize>", "＜fontsize>"),
    ("<<@all", "<＜@all"),
    ("a\nb\r\nc\u{0}\u{7F}\u{85}d", "abcd"),
    ("a\u{2028}b\u{2029}c", "abc"),
    ("\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}x", "x"),
    ("<\n@all>", "＜@all>"),
    ("<f\u{202E}ont>", "＜font>"),
    ("[x]\n(http://evil)", "[x]（http://evil)"),
    ("[x](http://evil)", "[x]（http://evil)"),
    ("]((", "]（("),
    ("](", "]（"),
  ])
  func `what could forge something is substituted or removed`(text: String, expected: String) {
    #expect(Array(neutraliser.neutralised(text).utf8) == Array(expected.utf8))
  }

  @Test(arguments: [
    "/", "/docs/manual", "?x=1", "#x", "", "/a(b)/c", "/@evil.example/", "/../x",
  ])
  func `a link on the configured GitLab stays`(rest: String) {
    let text = "[x](https://gitlab.example.internal\(rest)) and more"
    #expect(neutraliser.neutralised(text) == text)
  }

  @Test(arguments: [
    "HTTPS://GITLAB.EXAMPLE.INTERNAL/x", "https://GitLab.example.internal",
  ])
  func `scheme and host have no case`(address: String) {
    #expect(neutraliser.neutralised("](\(address))") == "](\(address))")
  }

  @Test(arguments: [
    "http://gitlab.example.internal/", "https://gitlab.example.internal@evil/",
    "https://gitlab.example.internal.evil/", "https://gitlab.example.internal:8443/",
    "https://gitlab.example.internal\\@evil/", "https://gitlab.example.internal\t.evil/",
    "https://gitlab.example.internal\u{3002}evil/", "https://gitlab.example.interna", "//evil/",
    "/docs", " https://gitlab.example.internal/", "<https://gitlab.example.internal/>",
    "https:/gitlab.example.internal/", "https://user@gitlab.example.internal/",
  ])
  func `a link elsewhere loses its parenthesis`(address: String) {
    #expect(neutraliser.neutralised("](\(address))") == "]（\(address))")
  }

  @Test(arguments: [
    ("/gitlab", true), ("/gitlab/x", true), ("/gitlab?x", true), ("/", false), ("", false),
    ("/gitlabs", false), ("/GitLab/", false), ("/gitlab/../evil", false),
    ("/gitlab/x/..", false), ("/gitlab/%2E%2e/evil", false), ("/gitlab/a\\..\\b", false),
    ("/gitlab/.\t./evil", false), ("/gitlab/..x/y", true), ("/gitlab/x?y=/../z", true),
  ])
  func `under a relative root only what is below it is on the GitLab`(
    path: String,
    isOurs: Bool
  ) {
    let neutraliser = Neutraliser(gitlabURL: "https://host/gitlab")
    let text = "](https://host\(path))"
    #expect((neutraliser.neutralised(text) == text) == isOurs)
  }

  @Test func `what stands behind the text belongs to the address`() {
    let text = "](https://gitlab.example.internal"
    #expect(neutraliser.neutralised(text) == text)
    #expect(neutraliser.neutralised(text, before: " ") == text)
    #expect(neutraliser.neutralised(text, before: "]") == "]（https://gitlab.example.internal")
  }

  @Test(arguments: [
    ("https://host:443/", "https://host/x", true), ("http://host:80", "http://host/x", true),
    ("http://host:443", "http://host/x", false), ("https://host:8443", "https://host:8443/x", true),
    ("https://host:8443", "https://host/x", false),
    ("https://host:1443", "https://host:1/x", false),
  ])
  func `the scheme's own port may be left out`(url: String, address: String, isOurs: Bool) {
    let text = "](\(address))"
    #expect((Neutraliser(gitlabURL: url).neutralised(text) == text) == isOurs)
  }

  @Test func `without a GitLab no link stays`() {
    #expect(Neutraliser(gitlabURL: "").neutralised("](http://x/)") == "]（http://x/)")
  }

  @Test(arguments: [
    ("feat: 导出\tx", #"feat: 导出\tx"#),
    ("a\nb\r\nc", #"a\nb\r\nc"#),
    ("\u{1B}[31mred", #"\u{1B}[31mred"#),
    ("x\u{0}\u{7F}\u{9B}\u{85}", #"x\u{0}\u{7F}\u{9B}\u{85}"#),
    ("\u{202E}gnp.exe\u{2066}", #"\u{202E}gnp.exe\u{2066}"#),
    ("\u{2028}\u{2029}\u{200B}\u{FEFF}\u{61C}", #"\u{2028}\u{2029}\u{200B}\u{FEFF}\u{61C}"#),
    ("👨‍👩‍👧 a\\b <@all>", "👨‍👩‍👧 a\\b <@all>"),
  ])
  func `a log or terminal gets one line with visible escapes`(text: String, expected: String) {
    #expect(Array(Neutraliser.clean(text).utf8) == Array(expected.utf8))
  }
}
