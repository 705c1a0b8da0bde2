import HTTP
import Testing

@testable import GitLab

@Suite struct HostileBodyTests {
  @Test(
    arguments: [
      (#"{"id": "17"}"#, 17), (#"{"id": 9223372036854775807}"#, .max), (#"{"id": 17.0}"#, 17),
      (#"{"id": 9007199254740993}"#, 9_007_199_254_740_993),
      (#"{"id": 9223372036854775808}"#, nil), (#"{"id": "9223372036854775808"}"#, nil),
      (#"{"id": -1}"#, nil), (#"{"id": "-1"}"#, nil), (#"{"id": 0}"#, nil), (#"{"id": 1.5}"#, nil),
      (#"{"id": 1e400}"#, nil), (#"{"id": true}"#, nil), (#"{"id": null}"#, nil),
      (#"{"id": []}"#, nil), (#"{"id": {}}"#, nil), (#"{"id": ""}"#, nil), (#"{"id": "x"}"#, nil),
      (#"{}"#, nil), (#"[]"#, nil), (#"null"#, nil), (#""text""#, nil), (#"7"#, nil),
    ] as [(String, Int64?)]
  )
  func `fault 80, a row without a usable id is skipped and counted, the others stay`(
    row: String,
    id: Int64?
  ) async throws {
    let page = try await Scene(#"[{"id": 1}, \#(row), {"id": 2}]"#).client.pushEvents(.id(7))
    #expect(page.rows.map(\.id) == [1] + (id.map { [$0] } ?? []) + [2])
    #expect(page.skippedRows == (id == nil ? 1 : 0))
  }

  @Test(arguments: [
    String(repeating: "[", count: 100_000),
    String(repeating: #"{"a":"#, count: 100_000),
    String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000),
    #"[{"id": 1, "x": "# + String(repeating: "[", count: 100_000)
      + String(repeating: "]", count: 100_000) + "}]",
  ])
  func `fault 81, a body nested 100,000 deep is refused`(body: String) async {
    let client = Scene(body).client
    let list = await failure { () async throws(GitLabError) in try await client.branches(.id(1)) }
    #expect(list?.kind == .badJSON(detail: "no whole JSON document"))
    let scene = Scene(body, status: 500)
    let value = await failure { () async throws(GitLabError) in try await scene.client.metadata() }
    #expect(value?.isTransient == true)
  }

  @Test func `fault 81, a body nested as deep as the decoder goes is read or refused`() async {
    for depth in stride(from: 32, through: 640, by: 32) {
      let nested =
        String(repeating: #"{"error":["#, count: depth) + String(repeating: "]}", count: depth)
      let row = Scene(#"[{"id": 1, "push_data": \#(nested), "author": \#(nested)}]"#)
      let list = await failure { () async throws(GitLabError) in
        try await row.client.pushEvents(.id(1))
      }
      #expect(list == nil || list?.kind == .badJSON(detail: "no whole JSON document"))
      let message = Scene(#"{"message": \#(nested)}"#, status: 400)
      let error = await failure { () async throws(GitLabError) in
        try await message.client.tokenSelf()
      }
      #expect(error != nil)
    }
  }

  struct TextCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var expected: String?

    init(_ name: String, _ bytes: [UInt8], _ expected: String?) {
      testDescription = name
      self.bytes = bytes
      self.expected = expected
    }

    init(_ json: String, _ expected: String?) {
      self.init(json, Array(json.utf8), expected)
    }
  }

  @Test(arguments: [
    TextCase("bytes that are no UTF-8", [0x61, 0xFF, 0xC3, 0x62], "a\u{FFFD}\u{FFFD}b"),
    TextCase("a UTF-8 surrogate", [0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
    TextCase(#"\ud83d\ude00"#, "😀"),
    TextCase(#"\uD83D\uDE00"#, "😀"),
    TextCase(#"a\ud83db"#, "a\u{FFFD}b"),
    TextCase(#"a\ude00b"#, "a\u{FFFD}b"),
    TextCase(#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"),
    TextCase(#"\ud83d"#, "\u{FFFD}"),
    TextCase(#"\ud83d\n"#, "\u{FFFD}\n"),
    TextCase(#"\\ud83d"#, #"\ud83d"#),
    TextCase(#"\\\ud83d"#, "\\\u{FFFD}"),
    TextCase(#"a\u0000b"#, "a\u{0}b"),
    TextCase(#"\u202e\u001b[31m"#, "\u{202E}\u{1B}[31m"),
  ])
  func `fault 81, a text that is not quite one loses no row`(text: TextCase) async throws {
    let body = Array(#"[{"id": "c1", "message": ""#.utf8) + text.bytes + Array(#""}]"#.utf8)
    let scene = Scene([.success(.init(status: 200, body: body))])
    let page = try await scene.client.commits(.id(1), of: "main", perPage: 20)
    #expect(page.rows == [Commit(id: "c1", message: text.expected)])
  }

  @Test func `fault 81, keys that come twice give one row`() async throws {
    let page = try await Scene(#"[{"id": 1, "id": 2, "name": "a", "name": "b"}]"#)
      .client.memberProjects()
    #expect(page.rows.count == 1)
    #expect(page.skippedRows == 0)
  }

  @Test func `fault 57, a body cut at any byte is refused as a whole`() async {
    let whole = Array(
      #" [{"id": 1, "author": {"username": "ann"}, "push_data": {"ref": "手册\u4f60"}}, {"id": 2}] "#
        .utf8
    )
    let end = whole.lastIndex(of: UInt8(ascii: "]")) ?? 0
    for count in 0...whole.count {
      let scene = Scene([.success(.init(status: 200, body: Array(whole.prefix(count))))])
      let error = await failure { () async throws(GitLabError) in
        try await scene.client.pushEvents(.id(1))
      }
      if count > end {
        #expect(error == nil)
      } else if count <= 1 {
        #expect(error?.kind == .notJSON(status: 200, title: ""))
      } else {
        #expect(error?.kind == .badJSON(detail: "no whole JSON document"))
        #expect(error?.isTransient == true)
      }
    }
  }

  @Test(arguments: ["{}", #"{"message": "hello"}"#, #"{"0": {"id": 1}}"#])
  func `an object where a listing belongs is refused`(body: String) async {
    let scene = Scene(body)
    let error = await failure { () async throws(GitLabError) in
      try await scene.client.pushEvents(.id(1))
    }
    #expect(error?.kind == .badJSON(detail: "another type than expected at the top"))
  }

  @Test func `random damage never traps`() async {
    var random = SplitMix(seed: 20_261_124)
    let whole = Array(
      #"[{"id":1,"created_at":"2026-01-10T09:00:01.123Z","author":{"username":"a\ud83d\ude00"},"push_data":{"action":"pushed","ref_type":"branch","commit_count":2,"ref":"main"}}]"#
        .utf8
    )
    for _ in 0..<3000 {
      var body = whole
      for _ in 0...Int(random.next() % 4) {
        let index = Int(random.next() % UInt64(body.count))
        switch random.next() % 3 {
        case 0: body[index] = UInt8(truncatingIfNeeded: random.next())
        case 1: body.remove(at: index)
        default: body.insert(contentsOf: body[(index / 2)..<index], at: index / 2)
        }
        if body.count > 4096 { body = whole }
      }
      let scene = Scene([.success(.init(status: 200, body: body))])
      _ = await failure { () async throws(GitLabError) in try await scene.client.pushEvents(.id(1))
      }
    }
  }
}

/// A small generator, so that a seed gives the same run everywhere.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
