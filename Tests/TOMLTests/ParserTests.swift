import TOML
import Testing

@Suite struct ParserTests {
  @Test(arguments: try Fixture.all(in: "valid", expectation: ".json"))
  func `a valid document is read right`(_ fixture: Fixture) throws {
    let table = try TOML.parse(fixture.document)
    #expect(try TaggedValue.printed(table) == TaggedValue.expected(fixture.expectation))
  }

  @Test(arguments: try Fixture.all(in: "invalid", expectation: ".txt"))
  func `an invalid document is refused with its place, its line and a caret`(
    _ fixture: Fixture
  ) throws {
    let error = try #require(throws: TOMLError.self) { try TOML.parse(fixture.document) }
    let excerpt = SourceExcerpt(fixture.document).lines(at: error.span)
    let text = "\(error)\n" + (excerpt.isEmpty ? "" : excerpt + "\n")
    #expect(text == String(decoding: fixture.expectation, as: UTF8.self))
  }

  @Test func `keys keep their order and all nodes know their places`() throws {
    let text = """
      # 文档
      [bot]
        "名" = "é" # after a wide key
      "z" = [ 1, "文", { k = true } ]

      [[route]]
      """
    let root = try TOML.parse(Array(text.utf8))
    #expect(root.entries.map(\.key) == ["bot", "route"])
    #expect(root["bot"]?.keySpan == TOMLSpan(offset: 10, line: 2, column: 2, byteLength: 3))
    #expect(root["bot"]?.node.span == TOMLSpan(offset: 9, line: 2, column: 1, byteLength: 5))
    #expect(root["route"]?.node.span == TOMLSpan(offset: 83, line: 6, column: 1, byteLength: 9))
    guard case .table(let bot)? = root["bot"]?.node.value else {
      Issue.record("bot is no table")
      return
    }
    #expect(bot.entries.map(\.key) == ["名", "z"])
    #expect(bot["名"]?.keySpan == TOMLSpan(offset: 17, line: 3, column: 3, byteLength: 5))
    #expect(bot["名"]?.node.span == TOMLSpan(offset: 25, line: 3, column: 9, byteLength: 4))
    guard case .array(let nodes)? = bot["z"]?.node.value else {
      Issue.record("z is no array")
      return
    }
    #expect(nodes.map(\.span.column) == [9, 12, 17])
    #expect(nodes.map(\.span.byteLength) == [1, 5, 12])
  }

  @Test func `a key that is not there is nil, also when an equivalent one is`() throws {
    let root = try TOML.parse(Array("\"e\u{301}\" = 1".utf8))
    #expect(root["\u{E9}"] == nil)
    #expect(root["e\u{301}"] != nil)
  }

  struct Nesting: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var levels: @Sendable (Int) -> String
  }

  @Test(arguments: [
    Nesting(testDescription: "arrays") {
      "a = " + String(repeating: "[", count: $0) + String(repeating: "]", count: $0)
    },
    Nesting(testDescription: "inline tables") {
      "a = " + String(repeating: "{a=", count: $0) + "1" + String(repeating: "}", count: $0)
    },
    Nesting(testDescription: "a header") {
      "[a" + String(repeating: ".a", count: $0 - 1) + "]"
    },
    Nesting(testDescription: "a dotted key") {
      "a" + String(repeating: ".a", count: $0 - 1) + ".b = 1"
    },
    Nesting(testDescription: "headers in arrays of tables") { levels in
      (1...levels).map { "[[a" + String(repeating: ".a", count: $0 - 1) + "]]\n" }.joined()
    },
  ])
  func `nesting has a limit, far within it all is well`(_ nesting: Nesting) throws {
    #expect(throws: Never.self) { try TOML.parse(Array(nesting.levels(100).utf8)) }
    for levels in [TOML.depthLimit + 1, 20_000] where levels < 1000 || !nesting.isQuadratic {
      let error = #expect(throws: TOMLError.self) {
        try TOML.parse(Array(nesting.levels(levels).utf8))
      }
      #expect(error?.kind == .tooDeep(limit: TOML.depthLimit))
    }
  }

  @Test(arguments: [
    ("inf", Double.infinity), ("-inf", -.infinity), ("1e400", .infinity),
    ("-1e400", -.infinity),
    ("1e-400", 0), ("5e-324", .leastNonzeroMagnitude),
    ("1.7976931348623157e308", .greatestFiniteMagnitude),
  ])
  func `a float is rounded as IEEE 754 rounds it`(_ text: String, _ value: Double) throws {
    #expect(try TOML.parse(Array("v = \(text)".utf8))["v"]?.node.value == .float(value))
  }
}

extension ParserTests.Nesting {
  /// Whether the text itself grows with the square of the levels.
  var isQuadratic: Bool { testDescription == "headers in arrays of tables" }
}
