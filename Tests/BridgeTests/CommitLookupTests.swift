import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Bridge
@testable import GitLab

/// Which commit a push is told with, and what is asked for it.
@Suite struct CommitLookupTests {
  /// A push, what GitLab knows of its commits, and what is asked and told.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var action = PushEvent.Push.Action.pushed
    var ref: String? = "topic"
    var from: String? = "old"
    var to: String? = "new"
    var count: Int64 = 1
    var title: String? = "title of the event"
    var defaultBranch: String? = "main"
    var defaultHead: String? = "head"
    /// Commits by what is asked for, newest first; what is not there is 404.
    var known: [String: [String]] = [:]
    var asked: [String] = []
    var told: String

    var testDescription: String { name }
  }

  private static func commits(_ numbers: ClosedRange<Int>) -> [String] {
    numbers.reversed().map { "commit \($0)" }
  }

  private static let updates = [
    Case(name: "one commit", known: ["new": ["fix\n\nall"]], asked: ["new"], told: "fix\n\nall"),
    Case(
      name: "one commit that is gone",
      asked: ["new"],
      told: "title of the event"
    ),
    Case(
      name: "three",
      count: 3,
      known: ["old..new": commits(1...3)],
      asked: ["old..new"],
      told: "commit 1"
    ),
    Case(
      name: "twenty",
      count: 20,
      known: ["old..new": commits(1...20)],
      asked: ["old..new"],
      told: "commit 1"
    ),
    Case(
      name: "twenty-one: the oldest of the newest twenty",
      count: 21,
      known: ["old..new": commits(1...21)],
      asked: ["old..new"],
      told: "commit 2"
    ),
    Case(
      name: "more than an integer holds",
      count: .max,
      known: ["old..new": commits(1...130)],
      asked: ["old..new"],
      told: "commit 111"
    ),
    Case(
      name: "76 a rewrite: another number than the event says",
      count: 5,
      known: ["old..new": commits(1...3)],
      asked: ["old..new"],
      told: "commit 1"
    ),
    Case(
      name: "76 a rewrite whose old end is gone: from the history",
      count: 2,
      known: ["new": commits(1...9)],
      asked: ["old..new", "new"],
      told: "commit 8"
    ),
    Case(
      name: "76 an update without an old end",
      from: nil,
      count: 2,
      known: ["new": commits(1...9)],
      asked: ["new"],
      told: "commit 8"
    ),
    Case(
      name: "76 reset to an ancestor: the title of the head",
      count: 0,
      known: ["new": ["fix\n\nall"]],
      asked: ["new"],
      told: "title of fix"
    ),
    Case(
      name: "nothing is known any more",
      count: 3,
      asked: ["old..new", "new"],
      told: "title of the event"
    ),
    Case(
      name: "nothing at all, not even a title",
      count: 3,
      title: nil,
      asked: ["old..new", "new"],
      told: "new"
    ),
    Case(name: "76 no new end", to: nil, title: nil, told: "topic"),
    Case(name: "76 no end, no title, no branch", ref: nil, to: nil, title: nil, told: "?"),
    Case(name: "an empty title counts as none", to: nil, title: "", told: "topic"),
  ]

  private static let creations = [
    Case(
      name: "a new branch of two, from where the default branch stood",
      action: .created,
      from: nil,
      count: 2,
      known: ["head..new": commits(1...2), "main..new": commits(2...2)],
      asked: ["head..new"],
      told: "commit 1"
    ),
    Case(
      name: "a new branch of one is no update of one",
      action: .created,
      from: nil,
      count: 1,
      known: ["head..new": commits(1...1)],
      asked: ["head..new"],
      told: "commit 1"
    ),
    Case(
      name: "a new branch, when nobody knows where the default branch stood",
      action: .created,
      from: nil,
      count: 2,
      defaultHead: nil,
      known: ["main..new": commits(1...2)],
      asked: ["main..new"],
      told: "commit 1"
    ),
    Case(
      name: "a new branch from another one: by the number, from its history",
      action: .created,
      from: nil,
      count: 2,
      known: ["head..new": commits(1...7), "main..new": commits(1...7), "new": commits(1...9)],
      asked: ["head..new", "main..new", "new"],
      told: "commit 8"
    ),
    Case(
      name: "a new branch whose history is gone: the range that is left",
      action: .created,
      from: nil,
      count: 2,
      known: ["head..new": commits(1...7)],
      asked: ["head..new", "main..new", "new"],
      told: "commit 1"
    ),
    Case(
      name: "the default branch itself is all history",
      action: .created,
      ref: "main",
      from: nil,
      count: 30,
      known: ["new": commits(1...30)],
      asked: ["new"],
      told: "commit 11"
    ),
    Case(
      name: "a project without a default branch",
      action: .created,
      from: nil,
      count: 3,
      defaultBranch: nil,
      known: ["new": commits(1...3)],
      asked: ["new"],
      told: "commit 1"
    ),
    Case(
      name: "a new branch without commits of its own: the title of its head",
      action: .created,
      from: nil,
      count: 0,
      known: ["new": ["fix\n\nall"]],
      asked: ["new"],
      told: "title of fix"
    ),
  ]

  @Test(arguments: updates + creations)
  func `the commit is the one that the webhook lists first`(each: Case) async throws {
    let transport = CommitTransport(each.known)
    let found = try await look(each, transport)
    #expect(found.message == each.told)
    #expect(transport.asked == each.asked)
    let isOfCommit = each.known.values.joined().contains { each.told.hasPrefix($0) }
    if isOfCommit { #expect(found.link == "https://git.example/c/\(each.told)") }
  }

  @Test func `a failure is no answer, so nothing is told yet`() async {
    let each = Case(name: "", count: 3, told: "")
    let transport = CommitTransport([:], failure: .connectionLost(reason: "x", wasSent: true))
    await #expect(throws: PollError.self) { try await look(each, transport) }
    #expect(transport.asked == ["old..new", "old..new", "old..new"])
  }

  private func look(
    _ each: Case,
    _ transport: CommitTransport
  ) async throws -> CommitLookup.Found {
    let client = GitLabClient(
      baseURL: "https://git.example",
      token: AccessToken("glpat-x"),
      transport: transport
    )
    let requester = Requester(
      time: ManualClock(),
      jitter: { 0.5 },
      stop: StopFlag(),
      deadline: nil,
      requestsPerSecond: 0,
      timeout: .seconds(30),
      holds: [:]
    )
    var event = PushEvent(id: 7)
    event.push = PushEvent.Push(
      action: each.action,
      refType: .branch,
      ref: each.ref,
      from: each.from,
      to: each.to,
      commitCount: each.count,
      commitTitle: each.title
    )
    return try await CommitLookup(client: client, requester: requester, project: 42).commit(
      of: event,
      defaultBranch: each.defaultBranch,
      defaultHead: each.defaultHead
    )
  }
}

/// Answers for commits and ranges of commits, newest first, as many as are asked for.
private final class CommitTransport: Transport {
  private let known: [String: [String]]
  private let failure: HTTPError?
  private let seen = Mutex<[String]>([])

  init(_ known: [String: [String]], failure: HTTPError? = nil) {
    self.known = known
    self.failure = failure
  }

  /// What was asked for, in order.
  var asked: [String] { seen.withLock { $0 } }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let address = request.url.split(separator: "?")
    let query = address.last?.split(separator: "&") ?? []
    func value(_ name: String) -> String? {
      query.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
    let single = address.first?.split(separator: "/").last.map(String.init)
    let isList = single == "commits"
    let wanted = (isList ? value("ref_name") : single) ?? ""
    seen.withLock { $0.append(wanted) }
    if let failure { throw failure }
    guard let texts = known[wanted] else {
      let body = #"{"message":"404 Commit Not Found"}"#
      return HTTPResponse(status: 404, body: Array(body.utf8))
    }
    let rows = texts.prefix(value("per_page").flatMap { Int($0) } ?? 20).map(row)
    let body = isList ? "[\(rows.joined(separator: ","))]" : rows.first ?? ""
    return HTTPResponse(status: 200, body: Array(body.utf8))
  }

  private func row(_ text: String) -> String {
    let written = text.split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "\\n")
    let first = text.split(separator: "\n").first ?? ""
    return """
      {"id":"\(first.utf8.count)","title":"title of \(first)","message":"\(written)",\
      "web_url":"https://git.example/c/\(written)"}
      """
  }
}
