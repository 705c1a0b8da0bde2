import Configuration
import Testing

/// What is allowed but odd.
@Suite struct RemarkTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var document: String
    var remarks: [String]
  }

  @Test(arguments: [
    Case(
      testDescription: "GitLab without TLS",
      document: Sample.least.replacing("https://gitlab", with: "http://gitlab"),
      remarks: [#"2:7: "url" is not https: the token travels in clear text"#]
    ),
    Case(
      testDescription: "WeCom without TLS",
      document: Sample.least + "[wecom]\nurl = \"http://127.0.0.1:9000\"",
      remarks: ["10:7: the address is not https: keys and messages travel in clear text"]
    ),
    Case(
      testDescription: "a webhook address without TLS",
      document: Sample.least.replacing(
        Sample.key,
        with: "http://127.0.0.1/cgi-bin/webhook/send?key=\(Sample.key)"
      ),
      remarks: ["6:7: the address is not https: keys and messages travel in clear text"]
    ),
    Case(
      testDescription: "a secret file that everybody can read",
      document: Sample.least.replacing(
        "\"\(Sample.token)\"",
        with: #"{ file = "open.token" }"#
      ),
      remarks: [
        #"3:18: file "/srv/bridge/open.token" with "token" is readable by everybody; "#
          + "take that away with chmod o-r"
      ]
    ),
    Case(
      testDescription: "a secret file that its group can read is as it should be",
      document: Sample.least.replacing(
        "\"\(Sample.token)\"",
        with: #"{ file = "group.token" }"#
      ),
      remarks: []
    ),
    Case(
      testDescription: "a key that is no UUID",
      document: Sample.least.replacing(Sample.key, with: "relay_key-1"),
      remarks: [#"6:7: the key of bot "docs" is no UUID, as WeCom's keys are"#]
    ),
    Case(
      testDescription: "a UUID without its hyphens",
      document: Sample.least.replacing(Sample.key, with: Sample.key.filter { $0 != "-" }),
      remarks: [#"6:7: the key of bot "docs" is no UUID, as WeCom's keys are"#]
    ),
    Case(
      testDescription: "over 20 messages a minute",
      document: Sample.gitlab + Sample.bot + "messages_per_minute = 21\n" + Sample.route,
      remarks: [
        "7:23: WeCom takes 20 messages a minute from a bot; 21 will be refused at times"
      ]
    ),
    Case(
      testDescription: "20 messages a minute are WeCom's own limit",
      document: Sample.gitlab + Sample.bot + "messages_per_minute = 20\n" + Sample.route,
      remarks: []
    ),
    Case(
      testDescription: "a bot that nothing names",
      document: Sample.least + "[[bots]]\nname = \"ops\"\nkey = \"\(Sample.otherKey)\"",
      remarks: [#"10:8: bot "ops" is named by no route and no alert"#]
    ),
    Case(
      testDescription: "a bot that only the alerts name",
      document: Sample.least + "[[bots]]\nname = \"ops\"\nkey = \"\(Sample.otherKey)\"\n"
        + "[alerts]\nbots = [\"ops\"]",
      remarks: []
    ),
    Case(
      testDescription: "a bot that a route names twice",
      document: Sample.least.replacing(#"["docs"]"#, with: #"["docs", "docs"]"#),
      remarks: [#"8:17: bot "docs" is named twice here; it is told once"#]
    ),
  ])
  func `odd things are remarks, not errors`(_ example: Case) throws {
    #expect(try Sample.remarks(Sample.source(example.document)) == example.remarks)
  }

  @Test(arguments: [
    (UInt32?.some(0o100644), 2), (0o100600, 0), (0o100640, 0), (nil, 0),
  ])
  func `103 · secrets in a configuration that everybody can read`(
    _ mode: UInt32?,
    _ count: Int
  ) throws {
    let expected = [
      #"3:9: this file holds "token" and is readable by everybody; take that away with chmod o-r"#,
      #"6:7: this file holds "key" and is readable by everybody; take that away with chmod o-r"#,
    ]
    let remarks = try Sample.remarks(Sample.source(Sample.least, mode: mode))
    #expect(remarks == Array(expected.prefix(count)))
  }

  @Test func `a remark shows its line and a caret, without the secret`() throws {
    let loaded = try Sample.load(Sample.least.replacing(Sample.key, with: "relay-key"))
    #expect(
      loaded.remarks.map(\.description) == [
        #"""
        config.toml:6:7: the key of bot "docs" is no UUID, as WeCom's keys are
            6 | key = "*********"
              |       ^~~~~~~~~~~
        """#
      ]
    )
  }
}
