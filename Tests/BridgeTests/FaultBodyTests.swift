import TestSupport
import Testing

@testable import Bridge

/// Bodies that GitLab should not send: what a pass makes of them, and that it goes on after them.
@Suite struct FaultBodyTests {
  private static let project =
    #"{"id":15,"name":"Search","path_with_namespace":"root/search","default_branch":"main"}"#

  /// A push of one commit; its title is what is told, since the commit itself is gone.
  private static func row(
    id: String,
    title: String,
    at: String = #""2026-11-24T00:01:30.000Z""#,
    more: String = #""author_username":"ann""#
  ) -> String {
    """
    {"id":\(id),"action_name":"pushed to","created_at":\(at),\(more),"push_data":\
    {"commit_count":1,"action":"pushed","ref_type":"branch","commit_from":"aa","commit_to":"bb",\
    "ref":"main","commit_title":\(title)}}
    """
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let rows: [String]
    let told: [String]
    /// Rows that nobody can use.
    var skipped = 0

    var testDescription: String { name }
  }

  private static let cases = [
    Case(
      name: "79 actions and kinds that nobody knows",
      rows: [
        #"{"id":11,"action_name":"exploded","push_data":{"action":"exploded","ref_type":"note"}}"#,
        #"{"id":10,"action_name":"pushed to","push_data":null}"#, #"{"id":9}"#,
        row(id: "8", title: #""told""#),
      ],
      told: ["told"]
    ),
    Case(
      name: "79 new fields",
      rows: [
        row(
          id: "8",
          title: #""told""#,
          more: #""author_username":"ann","wiki_page":{"slug":[1]},"imported":false"#
        )
      ],
      told: ["told"]
    ),
    Case(
      name: "79 no author",
      rows: [
        row(id: "8", title: #""by nobody""#, more: #""author":null,"author_username":null"#),
        row(id: "7", title: #""by a number""#, more: #""author":7"#),
      ],
      told: ["by a number", "by nobody"]
    ),
    Case(
      name: "79 rows that are no objects",
      rows: ["null", "7", #""x""#, "[]", "{}", row(id: "8", title: #""told""#)],
      told: ["told"],
      skipped: 5
    ),
    Case(
      name: "79 a title that is none",
      rows: [row(id: "8", title: "null"), row(id: "7", title: "[1]")],
      told: ["bb", "bb"]
    ),
    Case(
      name: "80 ids of every kind",
      rows: [
        row(id: "9007199254740993", title: #""over 2^53""#), row(id: #""8""#, title: #""text""#),
        row(id: "-7", title: #""negative""#), row(id: "0", title: #""zero""#),
        row(id: "7.5", title: #""broken""#), row(id: "1e400", title: #""endless""#),
        row(id: "99999999999999999999", title: #""too long""#), row(id: "true", title: #""bool""#),
      ],
      told: ["text", "over 2^53"],
      skipped: 6
    ),
    Case(
      name: "80 times of every kind",
      rows: [
        row(id: "16", title: #""year 9999""#, at: #""9999-12-31T23:59:59Z""#),
        row(id: "15", title: #""no fraction""#, at: #""2026-11-24T00:01:30Z""#),
        row(id: "14", title: #""offset""#, at: #""2026-11-24T05:31:30+05:30""#),
        row(id: "13", title: #""null""#, at: "null"),
        row(id: "12", title: #""number""#, at: "1e999"),
        row(id: "11", title: #""words""#, at: #""soon""#),
        row(id: "10", title: #""year 0001, as an import brings""#, at: #""0001-01-01T00:00:00Z""#),
      ],
      told: ["words", "number", "null", "offset", "no fraction", "year 9999"]
    ),
    Case(
      name: "81 keys that come twice",
      rows: [row(id: "8", title: #""told","id":7,"ref":"main""#)],
      told: ["told"]
    ),
    Case(
      name: "81 half a character, and characters that nobody sees",
      rows: [
        row(id: "8", title: #""a\ud800b""#), row(id: "7", title: #""c\u0000d\u001b[31m""#),
        row(id: "6", title: "\"e\u{FFFF}f\""),
      ],
      told: ["e\u{FFFF}f", "cd[31m", "a\u{FFFD}b"]
    ),
  ]

  @Test(arguments: cases)
  func `odd rows are told as far as they can be, and the next pass goes on`(
    each: Case
  ) async throws {
    let stage = try await ReplayStage(
      url: "http://gitlab.example.internal",
      projects: "[\(Self.project)]"
    )
    stage.gitlab.answer("/api/v4/projects/15", Self.project)
    stage.gitlab.answer("/projects/15/events", "[\(each.rows.joined(separator: ","))]")
    let report = try await stage.scene.pass()
    #expect(report.exitCode == .ok)
    #expect(stage.scene.told == each.told)
    #expect(
      report.sayings
        == (each.skipped == 0
          ? []
          : [
            Saying(
              level: .notice,
              event: "gitlab.rows",
              text: "rows without an id in GitLab's lists were skipped: events \(each.skipped)"
            )
          ])
    )
    let next = Self.row(id: "9007199254740994", title: #""afterwards""#)
    stage.gitlab.answer(
      "/projects/15/events",
      "[\(([next] + each.rows).joined(separator: ","))]"
    )
    #expect(try await stage.scene.pass().exitCode == .ok)
    #expect(stage.scene.told == each.told + ["afterwards"])
  }

  private static let unreadable: [(String, [UInt8])] = [
    ("81 lists in lists", Array(String(repeating: "[", count: 100_000).utf8)),
    (
      "81 objects in objects",
      Array(
        (String(repeating: #"{"a":"#, count: 100_000) + "1" + String(repeating: "}", count: 100_000))
          .utf8
      )
    ),
    ("81 an object in a list's place", Array(#"{"id":8}"#.utf8)),
    ("57 nothing", []),
    ("57 half of it", Array(("[" + row(id: "8", title: #""told""#).dropLast(9)).utf8)),
  ]

  @Test(arguments: unreadable)
  func `a body that cannot be read moves nothing`(name: String, body: [UInt8]) async throws {
    let stage = try await ReplayStage(
      url: "http://gitlab.example.internal",
      projects: "[\(Self.project)]"
    )
    stage.gitlab.answer("/api/v4/projects/15", Self.project)
    let cursor = try stage.scene.state.projects[15]?.pushes
    stage.gitlab.answer("/projects/15/events", bytes: body)
    #expect(try await stage.scene.pass().exitCode == .failed)
    #expect(try stage.scene.state.projects[15]?.pushes == cursor)
    stage.gitlab.answer("/projects/15/events", "[\(Self.row(id: "8", title: #""told""#))]")
    #expect(try await stage.scene.pass().exitCode == .ok)
    #expect(stage.scene.told == ["told"])
  }

  @Test func `81 bytes that are no text spoil no other row`() async throws {
    let stage = try await ReplayStage(
      url: "http://gitlab.example.internal",
      projects: "[\(Self.project)]"
    )
    stage.gitlab.answer("/api/v4/projects/15", Self.project)
    let parts = "[\(Self.row(id: "8", title: #""a~b""#)),\(Self.row(id: "7", title: #""c""#))]"
    stage.gitlab.answer(
      "/projects/15/events",
      bytes: parts.utf8.map { $0 == UInt8(ascii: "~") ? 0xFF : $0 }
    )
    #expect(try await stage.scene.pass().exitCode == .ok)
    #expect(stage.scene.told == ["c", "a\u{FFFD}b"])
  }
}
