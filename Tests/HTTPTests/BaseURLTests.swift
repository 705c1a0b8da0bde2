import HTTP
import Testing

@Suite
struct BaseURLTests {
  @Test(arguments: [
    ("https://gitlab.example.internal", "https://gitlab.example.internal"),
    ("https://gitlab.example.internal/", "https://gitlab.example.internal"),
    ("HTTPS://GitLab.Example.Internal:443", "https://gitlab.example.internal"),
    ("http://host:80/", "http://host"),
    ("http://host:443", "http://host:443"),
    ("https://host:8443/gitlab//", "https://host:8443/gitlab"),
    ("https://host/GitLab/Sub", "https://host/GitLab/Sub"),
    ("https://host/a%20b", "https://host/a%20b"),
    ("https://host/中", "https://host/%E4%B8%AD"),
    ("http://[::1]:8080/root", "http://[::1]:8080/root"),
    ("http://127.0.0.1:9", "http://127.0.0.1:9"),
    ("https://xn--fsqu00a.xn--fiqs8s", "https://xn--fsqu00a.xn--fiqs8s"),
  ])
  func `an address is read as people write it`(text: String, normal: String) throws {
    #expect(try BaseURL(text).text == normal)
  }

  @Test(arguments: [
    ("", BaseURLError.notAnAddress),
    ("gitlab.example.internal", .notAnAddress),
    ("/gitlab", .notAnAddress),
    ("https://", .notAnAddress),
    ("https://host:port", .notAnAddress),
    ("https://host:65536", .notAnAddress),
    ("https://ho st", .notAnAddress),
    ("https://host\n", .notAnAddress),
    ("https://host\u{0}", .notAnAddress),
    ("ftp://host", .otherScheme),
    ("file:///etc/passwd", .otherScheme),
    ("https://例子.中国", .hostNotASCII),
    ("https://user@host", .holdsUser),
    ("https://user:password@host", .holdsUser),
    ("https://host?private_token=1", .holdsQuery),
    ("https://host/#x", .holdsQuery),
  ])
  func `what cannot begin every address is refused`(text: String, error: BaseURLError) {
    #expect(throws: error) { try BaseURL(text) }
  }

  @Test(arguments: [
    (
      BaseURLError.notAnAddress,
      "not an address: write it as \"https://host\" or \"https://host:port/root\""
    ),
    (
      .otherScheme,
      "not an address of a web server: it has to begin with \"https://\" or \"http://\""
    ),
    (
      .hostNotASCII,
      "an address with a host beyond ASCII: write the name's \"xn--\" form"
    ),
    (
      .holdsUser,
      "an address with a user name or password: leave that out and use a token"
    ),
    (
      .holdsQuery,
      "an address with a query: leave out \"?\" or \"#\" and what follows"
    ),
  ])
  func `each refusal says what to write instead`(error: BaseURLError, text: String) {
    #expect(error.description == text)
  }

  @Test func `a project's path is one segment, and a relative root is kept`() throws {
    let base = try BaseURL("https://host/gitlab/")
    let url = base.url(
      path: ["api", "v4", "projects", "group/sub group/项目", "events"],
      query: [("per_page", "100"), ("after", nil), ("search", "a&b=c+d/é"), ("flag", "")]
    )
    #expect(
      url == "https://host/gitlab/api/v4/projects/group%2Fsub%20group%2F%E9%A1%B9%E7%9B%AE/events"
        + "?per_page=100&search=a%26b%3Dc%2Bd%2F%C3%A9&flag="
    )
  }

  @Test(arguments: [
    ("a-b_c.d~e", "a-b_c.d~e"), ("..", "%2E%2E"), (".", "%2E"), ("...", "..."), ("", ""),
    ("%2F", "%252F"), ("a\r\nb\u{0}", "a%0D%0Ab%00"),
  ])
  func `segments stay what they are`(text: String, encoded: String) {
    #expect(text.percentEncoded == encoded)
  }
}
