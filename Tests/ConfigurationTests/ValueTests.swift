import Configuration
import Testing

/// Values of single keys, right and wrong.
@Suite struct ValueTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// The value as it stands in the file.
    var value: String
    /// What is said of it, or nil if it is right.
    var message: String?

    var testDescription: String { value.debugDescription }

    init(_ value: String, _ message: String? = nil) {
      self.value = value
      self.message = message
    }
  }

  private func check(_ example: Case, _ text: String, at place: String) {
    let expected = example.message.map { ["\(place): \($0)"] } ?? []
    #expect(Sample.errors(Sample.source(text)) == expected)
  }

  @Test(arguments: [
    Case(#""https://gitlab.example.com""#),
    Case(#""http://10.0.0.5:8080/gitlab/""#),
    Case(#""HTTPS://GitLab.Example.com""#),
    Case(#""https://[fe80::1]:8443""#),
    Case(#""https://gitlab""#),
    Case(#""gitlab.example.com""#, #""url" must begin with "https://" or "http://""#),
    Case(#""ftp://gitlab.example.com""#, #""url" must begin with "https://" or "http://""#),
    Case(#""https://""#, #""url" has no valid host name"#),
    Case(#""https:///gitlab""#, #""url" has no valid host name"#),
    Case(#""https://a..b""#, #""url" has no valid host name"#),
    Case(#""https://[::1""#, #""url" has no valid host name"#),
    Case(#""https://gitlab.example.com:""#, #""url" has no valid port; it is from 1 to 65535"#),
    Case(
      #""https://gitlab.example.com:65536""#,
      #""url" has no valid port; it is from 1 to 65535"#
    ),
    Case(#""https://gitlab.example.com:x""#, #""url" has no valid port; it is from 1 to 65535"#),
    Case(#""https://me@gitlab.example.com""#, #""url" must not hold a user name or password"#),
    Case(#""https://gitlab.example.com?a=1""#, #""url" must end before "?""#),
    Case(#""https://gitlab.example.com/x#y""#, ##""url" must end before "#""##),
    Case(#""https://gitlab.example.com/a b""#, #""url" holds a blank or a control character"#),
    Case(#""https://gitlab.example.com/../x""#, #""url" has no valid path"#),
    Case(#""https://gitlab.example.com//x""#, #""url" has no valid path"#),
    Case(#"'https://gitlab.example.com\x'"#, #""url" has no valid host name"#),
    Case(
      #""https://代码.example.com""#,
      #""url" holds a character outside of ASCII; write a host name in its xn-- form"#
    ),
    Case(
      #""https://gitlab.example.com/api/v4/""#,
      #""url" must end before "/api/v4"; that part is added to it"#
    ),
    Case(#""""#, #""url" is empty"#),
    Case(#"" \t""#, #""url" is empty"#),
    Case(#""https://a\nb""#, #""url" must be a single line"#),
    Case(#""https://a\u001bb""#, #""url" holds a control character"#),
    Case("true", #""url" must be a string, not a boolean"#),
    Case("2026-11-24", #""url" must be a string, not a date"#),
    Case("{}", #""url" must be a string, not a table"#),
  ])
  func `103 · the address of GitLab`(_ example: Case) {
    let text = Sample.least.replacing(#""https://gitlab.example.com""#, with: example.value)
    check(example, text, at: "2:7")
  }

  @Test(arguments: [
    Case(#""http://proxy:3128""#),
    Case(#""https://proxy:3128/""#),
    Case(#""socks5h://10.0.0.1:1080""#),
    Case(
      #""proxy:3128""#,
      #""proxy" must begin with "http://", "https://", "socks5://", "socks5h://", "#
        + #""socks4://" or "socks4a://""#
    ),
    Case(#""http://proxy:3128/path""#, #""proxy" has no valid path"#),
    Case(#""http://me:secret@proxy:3128""#, #""proxy" must not hold a user name or password"#),
  ])
  func `a proxy`(_ example: Case) {
    check(
      example,
      Sample.least + "[wecom]\nproxy = \(example.value)",
      at: "10:9"
    )
  }

  @Test(arguments: [
    Case(#""https://wecom.example.com/""#),
    Case(
      #""https://wecom.example.com/cgi-bin/webhook/send""#,
      #""url" must end before "/cgi-bin/webhook/send"; that part is added to it"#
    ),
  ])
  func `the base of WeCom`(_ example: Case) {
    check(example, Sample.least + "[wecom]\nurl = \(example.value)", at: "10:7")
  }

  private static let durationHint =
    #"; a duration is a whole number with ms, s, m, h or d, like "30s""#

  @Test(arguments: [
    Case(#""1ms""#), Case(#""36500d""#), Case(#""007s""#),
    Case(#""0""#, #""timeout" must be longer than 0"#),
    Case(#""0s""#, #""timeout" must be longer than 0"#),
    Case(#""36501d""#, #""timeout" is longer than 36500 days"#),
    Case(#""9223372036854775807d""#, #""timeout" is longer than 36500 days"#),
    Case(#""30""#, #""timeout" cannot be "30""# + durationHint),
    Case(#""s""#, #""timeout" cannot be "s""# + durationHint),
    Case(#""30 s""#, #""timeout" cannot be "30 s""# + durationHint),
    Case(#""1.5h""#, #""timeout" cannot be "1.5h""# + durationHint),
    Case(#""-5s""#, #""timeout" cannot be "-5s""# + durationHint),
    Case(#""1h30m""#, #""timeout" cannot be "1h30m""# + durationHint),
    Case(#""30S""#, #""timeout" cannot be "30S""# + durationHint),
    Case(#""３０s""#, #""timeout" cannot be "３０s""# + durationHint),
    Case("30", #""timeout" must be a duration like "30s", not an integer"#),
  ])
  func `a duration`(_ example: Case) {
    check(example, Sample.least + "[wecom]\ntimeout = \(example.value)", at: "10:11")
  }

  @Test(arguments: [
    Case(#"concurrency = 256"#),
    Case(#"concurrency = 257"#, #"4:15: "concurrency" cannot be 257; it is from 1 to 256"#),
    Case(#"concurrency = -1"#, #"4:15: "concurrency" cannot be -1; it is from 1 to 256"#),
    Case(#"concurrency = 8.0"#, #"4:15: "concurrency" must be an integer, not a float"#),
    Case(#"requests_per_second = 0.5"#),
    Case(
      #"requests_per_second = -0.5"#,
      #"4:23: "requests_per_second" cannot be -0.5; it is at least 0"#
    ),
    Case(
      #"requests_per_second = nan"#,
      #"4:23: "requests_per_second" cannot be nan; it is at least 0"#
    ),
    Case(
      #"requests_per_second = inf"#,
      #"4:23: "requests_per_second" cannot be inf; it is at least 0"#
    ),
    Case(
      #"requests_per_second = "5""#,
      #"4:23: "requests_per_second" must be a number, not a string"#
    ),
  ])
  func `a number`(_ example: Case) {
    let text = Sample.gitlab + example.value + "\n" + Sample.bot + Sample.route
    #expect(Sample.errors(Sample.source(text)) == (example.message.map { [$0] } ?? []))
  }

  @Test(arguments: [
    Case(#""文档站""#),
    Case("\"" + String(repeating: "字", count: 100) + "\""),
    Case(
      "\"" + String(repeating: "字", count: 101) + "\"",
      #""title" is longer than 100 characters"#
    ),
    Case(#""""#, #""title" is empty"#),
    Case(#""a\r\nb""#, #""title" must be a single line"#),
    Case(#""a\u2028b""#, #""title" must be a single line"#),
    Case(#""a\u0007b""#, #""title" holds a control character"#),
    Case(#"["a"]"#, #""title" must be a string, not an array"#),
  ])
  func `a title`(_ example: Case) {
    check(example, Sample.least + "title = \(example.value)", at: "9:9")
  }

  private static let projectHint = "; patterns know * and ** only"

  @Test(arguments: [
    Case(#""docs/manual""#), Case(#""docs/**""#), Case(#""**""#), Case(#""**/api""#),
    Case(#""a/**/b""#), Case(#""*/api""#), Case(#""docs/web-*""#), Case("42"),
    Case(#""Docs/My_Project.v2""#),
    Case("0", #""projects" cannot be 0; it is at least 1"#),
    Case("-7", #""projects" cannot be -7; it is at least 1"#),
    Case(#""""#, #""" in "projects" is empty"#),
    Case(
      #""docs""#,
      #""docs" in "projects" is no full path; all projects of a group are "group/**""#
    ),
    Case(#""42""#, #""42" in "projects" is no path; an id is written without quotes"#),
    Case(
      #""*""#,
      #""*" in "projects" matches nothing: every project is in a group; ** selects all of them"#
    ),
    Case(#""/docs/manual""#, #""/docs/manual" in "projects" must not begin or end with "/""#),
    Case(#""docs/""#, #""docs/" in "projects" must not begin or end with "/""#),
    Case(#""docs//manual""#, #""docs//manual" in "projects" must not hold "//""#),
    Case(#""docs/../x""#, #""docs/../x" in "projects" must not hold "." or ".." as a segment"#),
    Case(
      #""docs/a**""#,
      #""docs/a**" in "projects" is no pattern: ** must stand alone between slashes"#
    ),
    Case(
      #""docs/***""#,
      #""docs/***" in "projects" is no pattern: ** must stand alone between slashes"#
    ),
    Case(
      #""docs/[ab]""#,
      #""docs/[ab]" in "projects" holds "[", which no project path can hold"# + projectHint
    ),
    Case(
      #""docs/a?""#,
      #""docs/a?" in "projects" holds "?", which no project path can hold"# + projectHint
    ),
    Case(
      #""文档/手册""#,
      #""文档/手册" in "projects" holds "文", which no project path can hold"# + projectHint
    ),
    Case(
      #""!docs/x""#,
      #""!docs/x" in "projects" cannot take away; write it under "exclude" without "!""#
    ),
    Case(
      #""https://gitlab.example.com/docs/manual""#,
      #""https://gitlab.example.com/docs/manual" in "projects" is an address; "#
        + #"write the project's path alone, like "docs/manual""#
    ),
    Case(
      "true",
      #""projects" must be an array like ["docs/**", "platform/api", 42], "#
        + "not an array with a boolean"
    ),
  ])
  func `a project of a route`(_ example: Case) {
    check(example, Sample.least + "projects = [\(example.value)]", at: "9:13")
  }

  @Test(arguments: [
    Case(#""main""#), Case(#""**""#), Case(#""*""#), Case(#""!renovate/**""#),
    Case(#""feature/*-文档""#), Case(#""release-{x}""#), Case(#""a!b""#),
    Case(#""""#, #""" in "branches" is empty"#),
    Case(#""!""#, #""!" in "branches" is empty"#),
    Case(
      #""refs/heads/main""#,
      #""refs/heads/main" in "branches" is no branch name; leave out "refs/heads/""#
    ),
    Case(#""a//b""#, #""a//b" in "branches" must not hold "//""#),
    Case(
      #""v[0-9]""#,
      #""v[0-9]" in "branches" holds "[", which no branch name can hold"# + projectHint
    ),
    Case(
      #""my branch""#,
      #""my branch" in "branches" holds " ", which no branch name can hold"# + projectHint
    ),
    Case(#""a**""#, #""a**" in "branches" is no pattern: ** must stand alone between slashes"#),
    Case(
      "1",
      #""branches" must be an array like ["main", "!renovate/**"], not an array with an integer"#
    ),
  ])
  func `a branch of a route`(_ example: Case) {
    check(example, Sample.least + "branches = [\(example.value)]", at: "9:13")
  }

  @Test func `exclude has the rules of projects, but may be empty`() {
    #expect(Sample.errors(Sample.source(Sample.least + "exclude = []")) == [])
    #expect(
      Sample.errors(Sample.source(Sample.least + "exclude = [\"docs\"]")) == [
        #"9:12: "docs" in "exclude" is no full path; all projects of a group are "group/**""#
      ]
    )
  }
}
