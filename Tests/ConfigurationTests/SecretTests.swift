import Configuration
import Testing

@Suite struct SecretTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// The value as it stands in the file.
    var value: String
    /// What is said of it with its column, or nil if it gives the token.
    var message: String?

    var testDescription: String { value.debugDescription }

    init(_ value: String, _ message: String? = nil) {
      self.value = value
      self.message = message
    }
  }

  private static let unfit =
    " holds a blank, a line break or a character outside of ASCII; it must be the token alone"

  @Test(arguments: [
    Case(#"{ file = "token" }"#),
    Case(#"{ file = "./token" }"#),
    Case(#"{ file = "/outside/token" }"#),
    Case(#"{ file = "windows.token" }"#),
    Case(#"{ file = "open.token" }"#),
    Case(#"{ env = "GITLAB_TOKEN" }"#),
    Case(#"{ credential = "gitlab-token" }"#),
    Case("\"\(Sample.token)\""),
    Case("'\(Sample.token)'"),
    Case("\"\(Sample.token)\\n\""),
    Case(
      #"{ file = "nowhere" }"#,
      #"18: "token" cannot be read from file "/srv/bridge/nowhere": there is no such file"#
    ),
    Case(
      #"{ file = "denied.token" }"#,
      #"18: "token" cannot be read from file "/srv/bridge/denied.token": permission denied"#
    ),
    Case(
      #"{ file = "empty.token" }"#,
      #"9: "token" from file "/srv/bridge/empty.token" is empty"#
    ),
    Case(
      #"{ file = "two-lines.token" }"#,
      #"9: "token" from file "/srv/bridge/two-lines.token""# + unfit
    ),
    Case(
      #"{ file = "binary.token" }"#,
      #"9: "token" from file "/srv/bridge/binary.token""# + unfit
    ),
    Case(
      #"{ file = "huge.token" }"#,
      #"9: "token" from file "/srv/bridge/huge.token""# + unfit
    ),
    Case(
      #"{ env = "NOT_SET" }"#,
      #"17: "token" cannot be read: environment variable "NOT_SET" is not set"#
    ),
    Case(#"{ env = "EMPTY" }"#, #"9: "token" from environment variable "EMPTY" is empty"#),
    Case(
      #"{ credential = "other" }"#,
      #"24: "token" cannot be read from file "/run/credentials/bridge/other": "#
        + "there is no such file"
    ),
    Case(
      #"{ credential = "../token" }"#,
      #"24: "../token" is no name of a credential; it is a name without "/""#
    ),
    Case(#"{ file = "" }"#, #"18: "file" is empty"#),
    Case(#"{ file = 3 }"#, #"18: "file" must be a string, not an integer"#),
    Case(
      "{}",
      #"9: "token" must be a string or one of { file = "…" }, { env = "…" } "#
        + #"and { credential = "…" }"#
    ),
    Case("3", #"9: "token" must be a string or { file = "…" }, not an integer"#),
    Case(#""""#, #"9: "token" is empty"#),
    Case(#""glpat\r\nX-Evil: 1""#, #"9: "token""# + unfit),
    Case(#""glpat\u0000""#, #"9: "token""# + unfit),
    Case(#""gl pat""#, #"9: "token""# + unfit),
    Case(#""令牌""#, #"9: "token""# + unfit),
  ])
  func `103 · a token in each of its forms`(_ example: Case) throws {
    let text = Sample.least.replacing("\"\(Sample.token)\"", with: example.value)
    let source = Sample.source(text)
    #expect(Sample.errors(source) == (example.message.map { ["3:\($0)"] } ?? []))
    if example.message == nil {
      #expect(try Configuration.load(source).configuration.gitlab.token.reveal() == Sample.token)
    }
  }

  @Test func `a credential needs systemd's folder`() {
    let text = Sample.least.replacing(
      "\"\(Sample.token)\"",
      with: #"{ credential = "gitlab-token" }"#
    )
    #expect(
      Sample.errors(Sample.source(text, environment: [:])) == [
        #"3:24: "token" cannot be read: $CREDENTIALS_DIRECTORY is not set; "#
          + "a credential needs a systemd unit with LoadCredential="
      ]
    )
  }

  struct KeyCase: Sendable, CustomTestStringConvertible {
    var value: String
    var base: String?
    var message: String?

    var testDescription: String { value }
  }

  @Test(arguments: [
    KeyCase(value: Sample.key),
    KeyCase(
      value: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=\(Sample.key)",
      base: "https://qyapi.weixin.qq.com"
    ),
    KeyCase(
      value: "https://QYapi.weixin.qq.com/cgi-bin/webhook/send?debug=1&key=\(Sample.key)",
      base: "https://qyapi.weixin.qq.com"
    ),
    KeyCase(
      value: "http://10.0.0.9:8080/wecom/cgi-bin/webhook/send/?key=\(Sample.key)&debug=1&x",
      base: "http://10.0.0.9:8080/wecom"
    ),
    KeyCase(
      value: "key=\(Sample.key)",
      message: "is neither a key nor a webhook address; a key is made of A-Z, a-z, 0-9, _ and -"
    ),
    KeyCase(
      value: "https://qyapi.weixin.qq.com/cgi-bin/webhook?key=\(Sample.key)",
      message: #"is no webhook address; its path must end with "/cgi-bin/webhook/send""#
    ),
    KeyCase(
      value: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
      message: #"must hold "key=" once, not 0 times"#
    ),
    KeyCase(
      value: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a&key=b",
      message: #"must hold "key=" once, not 2 times"#
    ),
    KeyCase(
      value: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
      message: "is an address without a valid key; it is made of A-Z, a-z, 0-9, _ and -"
    ),
    KeyCase(
      value: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a%20b",
      message: "is an address without a valid key; it is made of A-Z, a-z, 0-9, _ and -"
    ),
    KeyCase(
      value: "https://me@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a",
      message: "must not hold a user name or password"
    ),
    KeyCase(
      value: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a#b",
      message: ##"must end before "#""##
    ),
    KeyCase(
      value: "ftp://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a",
      message: #"must begin with "https://" or "http://""#
    ),
  ])
  func `a bot's key or its whole webhook address`(_ example: KeyCase) throws {
    let source = Sample.source(Sample.least.replacing(Sample.key, with: example.value))
    #expect(Sample.errors(source) == (example.message.map { ["6:7: \"key\" \($0)"] } ?? []))
    if example.message == nil {
      let bot = try #require(try Configuration.load(source).configuration.bots.first)
      #expect(bot.key.reveal() == Sample.key)
      #expect(bot.baseURL == example.base)
    }
  }

  @Test func `102 · nothing that prints a configuration prints its secrets`() throws {
    let configuration = try Sample.load(Sample.least).configuration
    var dumped = ""
    dump(configuration, to: &dumped)
    let bot = configuration.bots[0]
    let texts = [
      dumped, "\(configuration)", String(reflecting: configuration), "\(bot)",
      "\(bot.key)", String(reflecting: bot.key), "\(Mirror(reflecting: bot.key).children.count)",
    ]
    for text in texts {
      #expect(!text.contains(Sample.token))
      #expect(!text.contains(Sample.key))
    }
    #expect("\(bot.key)" == "<secret>")
    #expect(String(reflecting: configuration.gitlab.token) == "<secret>")
    #expect(dumped.contains("<secret>"))
  }

  @Test func `a key is shown by its ends, a short one not at all`() {
    #expect(Bot(name: "a", key: Secret(Sample.key)).maskedKey == "693a…c4f1")
    #expect(Bot(name: "a", key: Secret("short-key")).maskedKey == "…")
  }

  @Test(arguments: [
    ("abc", "ba7816bf"),
    ("", "e3b0c442"),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61"),
    (String(repeating: "a", count: 1_000_000), "cdc76e5c"),
  ])
  func `the digest of a key begins its SHA-256`(_ key: String, _ digest: String) {
    #expect(Bot(name: "a", key: Secret(key)).keyDigest == digest)
  }

  @Test func `every length around a block has its own digest`() {
    let digests = (0...130).map { length in
      Bot(name: "a", key: Secret(String(repeating: "k", count: length))).keyDigest
    }
    #expect(Set(digests).count == digests.count)
  }
}
