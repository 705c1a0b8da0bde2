import HTTP
import Testing

@testable import GitLab

@Suite struct PagingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var headers: [(String, String)]
    var cursor: PageCursor?
    var next: PageCursor?

    init(
      _ name: String,
      _ headers: [(String, String)],
      at cursor: PageCursor? = nil,
      next: PageCursor?
    ) {
      testDescription = name
      self.headers = headers
      self.cursor = cursor
      self.next = next
    }
  }

  static let links = """
    <https://elsewhere/api/v4/projects?archived=false&id=7&page=2&per_page=20>; rel="next", \
    <https://elsewhere/api/v4/projects?page=1>; rel="first", \
    <https://elsewhere/api/v4/projects?page=7>; rel="last"
    """

  @Test(arguments: [
    Case("no paging at all", [], next: nil),
    Case("the last page", [("X-Next-Page", ""), ("X-Page", "7")], at: .page(7), next: nil),
    Case("a next page", [("X-Next-Page", "2")], next: .page(2)),
    Case("any case of the name", [("x-next-page", "2")], next: .page(2)),
    Case("a page further on", [("X-Next-Page", "9")], at: .page(3), next: .page(9)),
    Case("a link", [("Link", links)], next: .page(2)),
    Case("a link without quotes", [("Link", "<https://g/x?page=2>;rel=next")], next: .page(2)),
    Case(
      "a link after others",
      [("Link", "<a?page=1>; rel=\"prev\""), ("link", links)],
      next: .page(2)
    ),
    Case("links, none of them next", [("Link", "<https://g/x?page=2>; rel=\"last\"")], next: nil),
    Case("an empty header and a link", [("X-Next-Page", ""), ("Link", links)], next: .page(2)),
    Case(
      "a key, ascending",
      [("Link", "<https://g/x?id_after=42&page=1&per_page=2>; rel=\"next\"")],
      at: .idAfter(7),
      next: .idAfter(42)
    ),
    Case("a key, descending", [("Link", "<x?id_before=5>; rel=\"next\"")], next: .idBefore(5)),
    Case(
      "an opaque key",
      [("Link", "<https://g/x?cursor=eyJpZCI6%2242%22%3D&page=1>; rel=\"next\"")],
      at: .opaque("eyJ"),
      next: .opaque("eyJpZCI6\"42\"=")
    ),
    Case(
      "nothing else of a link is taken",
      [("Link", "<https://g/x?private_token=x&sudo=1&per_page=1&page=2&scope=all>; rel=\"next\"")],
      next: .page(2)
    ),
    Case("rubbish in the link header", [("Link", "<<<>>;rel=,;\"next"), ("Link", "")], next: nil),
  ])
  func `fault 69, the next page is where the headers say, not where rows end`(
    paging: Case
  ) async throws {
    let scene = Scene("[]", headers: paging.headers)
    let page = try await scene.client.pushEvents(.id(7), at: paging.cursor)
    #expect(page.next == paging.next)
    #expect(page.rows.isEmpty)
  }

  @Test(
    arguments: [
      ([("X-Next-Page", "1")], nil, "1"),
      ([("X-Next-Page", "3")], .page(3), "3"),
      ([("X-Next-Page", "2")], .page(3), "2"),
      ([("X-Next-Page", "0")], nil, "0"),
      ([("X-Next-Page", "-2")], nil, "-2"),
      ([("X-Next-Page", "99999999999999999999")], nil, "99999999999999999999"),
      ([("X-Next-Page", "next\u{1B}[31m")], nil, "next[31m"),
      ([("Link", "<https://g/x?page=1>; rel=\"next\"")], nil, "https://g/x?page=1"),
      ([("Link", "<https://g/x>; rel=\"next\"")], nil, "https://g/x"),
      ([("Link", "<https://g/x?id_after=7>; rel=\"next\"")], .idAfter(7), "https://g/x?id_after=7"),
      ([("Link", "<https://g/x?id_after=6>; rel=\"next\"")], .idAfter(7), "https://g/x?id_after=6"),
      (
        [("Link", "<https://g/x?id_before=8>; rel=\"next\"")], .idBefore(7),
        "https://g/x?id_before=8"
      ),
      ([("Link", "<https://g/x?cursor=a>; rel=\"next\"")], .opaque("a"), "https://g/x?cursor=a"),
    ] as [([(String, String)], PageCursor?, String)]
  )
  func `fault 68, a next page that does not lead on is an error`(
    headers: [(String, String)],
    cursor: PageCursor?,
    text: String
  ) async {
    let scene = Scene("[]", headers: headers)
    let error = await failure { () async throws(GitLabError) in
      try await scene.client.pushEvents(.id(7), at: cursor)
    }
    #expect(error?.kind == .unusablePaging(next: text))
  }

  @Test func `fault 68, a link to another origin leads on at our own`() async throws {
    let scene = Scene(
      [
        .reply(
          "[]",
          headers: [
            ("Link", "<http://169.254.169.254/x?id_after=9&pagination=keyset>; rel=\"next\"")
          ]
        ), .reply("[]"),
      ],
      base: "https://git.example/gitlab"
    )
    let first = try await scene.client.memberProjects()
    let second = try await scene.client.memberProjects(at: first.next)
    #expect(second.next == nil)
    #expect(
      scene.transport.urls.last
        == "https://git.example/gitlab/api/v4/projects?membership=true&archived=false&simple=true"
        + "&order_by=id&sort=asc&pagination=keyset&min_access_level=20&per_page=100&id_after=9"
    )
  }

  @Test func `a full page without any paging header is followed by the next number`() async throws {
    let two = #"[{"id": 1}, {}]"#
    #expect(try await Scene(two).client.failedJobs(.id(7), perPage: 2).next == .page(2))
    let third = try await Scene(two).client.failedJobs(.id(7), at: .page(3), perPage: 2)
    #expect(third.next == .page(4))
    #expect(try await Scene(two).client.failedJobs(.id(7), perPage: 3).next == nil)
    // The last page of a keyset listing has no such header either.
    let hundred = "[\((1...100).map { #"{"id": \#($0)}"# }.joined(separator: ","))]"
    #expect(try await Scene(hundred).client.memberProjects().next == nil)
    #expect(try await Scene(hundred).client.groupProjects("docs").next == .page(2))
    let told = Scene(two, headers: [("X-Page", "1")])
    #expect(try await told.client.failedJobs(.id(7), perPage: 2).next == nil)
  }

  @Test func `pushes beyond the 10,000 that GitLab counts are still asked for`() async throws {
    let last = [("X-Next-Page", ""), ("X-Page", "100")]
    func next(_ page: Int64, _ body: String, _ headers: [(String, String)]) async throws
      -> PageCursor?
    {
      try await Scene(body, headers: headers).client.pushEvents(.id(7), at: .page(page)).next
    }
    #expect(try await next(100, #"[{"id": 1}]"#, last) == .page(101))
    #expect(try await next(250, #"[{"id": 1}]"#, last) == .page(251))
    #expect(try await next(99, #"[{"id": 1}]"#, last) == nil)
    #expect(try await next(100, "[]", last) == nil)
    #expect(try await next(100, #"[{"id": 1}]"#, last + [("X-Total", "9999")]) == nil)
    #expect(try await next(.max, #"[{"id": 1}]"#, last) == nil)
  }

  @Test func `fault 61, total, clock and rate limit are read`() async throws {
    let scene = Scene(
      "[]",
      headers: [
        ("X-Total", "124"), ("Date", "Fri, 06 Jul 2018 21:32:09 GMT"), ("RateLimit-Limit", "600"),
        ("RateLimit-Name", "throttle_authenticated_api"), ("RateLimit-Observed", "2"),
        ("RateLimit-Remaining", "598"),
        ("RateLimit-Reset", "1530912789"), ("RateLimit-ResetTime", "Sat, 06 Jul 2018 21:33:09 GMT"),
      ]
    )
    let page = try await scene.client.pushEvents(.id(7))
    let limit = RateLimit(
      name: "throttle_authenticated_api",
      limit: 600,
      remaining: 598,
      reset: 1_530_912_789
    )
    #expect(limit.isOnEverything)
    #expect(!RateLimit(name: "jobs_index").isOnEverything && !RateLimit().isOnEverything)
    let expected = Page<PushEvent>(
      rows: [],
      total: 124,
      serverDate: 1_530_912_729_000,
      rateLimit: limit
    )
    #expect(page == expected)
  }

  @Test func `headers that are rubbish count as missing`() async throws {
    let scene = Scene(
      "[]",
      headers: [
        ("X-Total", "-1"), ("Date", "today"), ("RateLimit-Limit", "many"),
        ("RateLimit-Remaining", "-5"), ("RateLimit-Reset", "99999999999999999999"),
      ]
    )
    #expect(try await scene.client.pushEvents(.id(7)) == Page(rows: []))
  }
}
