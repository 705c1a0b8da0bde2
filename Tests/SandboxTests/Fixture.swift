import Sandbox
import Testing

/// A sandbox with one group, one project with two commits, and two users.
struct Fixture {
  /// 2026-11-24 00:00:00 UTC.
  static let start: Int64 = 1_795_478_400_000

  let clock = SandboxClock(Self.start)
  let sandbox: Sandbox
  let group: Int
  let project: Int
  let ann: Int
  let bob: Int

  init(_ settings: World.Settings = World.Settings(), commits: [String] = ["first", "second"]) {
    sandbox = Sandbox(settings: settings, clock: clock)
    (group, project, ann, bob) = sandbox.change { world in
      let ann = world.addUser("ann")
      let bob = world.addUser("bob")
      let group = world.addGroup("docs", name: "Docs")
      let project = world.addProject("manual", name: "Manual", in: group)
      if !commits.isEmpty { world.push(commits, of: project, by: ann) }
      return (group, project, ann, bob)
    }
  }

  func reply(
    _ path: String,
    token: String? = Sandbox.token,
    method: String = "GET"
  ) -> SandboxReply {
    sandbox.respond(
      to: SandboxRequest(
        method: method,
        target: sandbox.change { $0.settings.relativeRoot } + "/api/v4/" + path,
        headers: token.map { [SandboxRequest.Header("Authorization", "Bearer \($0)")] } ?? []
      )
    )
  }

  func get(_ path: String, status: Int = 200) throws -> JSONValue {
    let reply = reply(path)
    try #require(reply.status == status, "\(path): \(String(decoding: reply.body, as: UTF8.self))")
    return try JSONValue(reply.body)
  }

  /// Gets something of the fixture's project.
  func ofProject(_ path: String, status: Int = 200) throws -> JSONValue {
    try get("projects/\(project)/\(path)", status: status)
  }

  func send(_ body: String, key: String = Sandbox.key) throws -> JSONValue {
    let reply = sandbox.respond(
      to: SandboxRequest(
        method: "POST",
        target: "/cgi-bin/webhook/send?key=\(key)",
        headers: [SandboxRequest.Header("Content-Type", "application/json")],
        body: Array(body.utf8)
      )
    )
    #expect(reply.status == 200)
    return try JSONValue(reply.body)
  }

  func sendMarkdown(_ text: String, key: String = Sandbox.key) throws -> Int? {
    try send(#"{"msgtype":"markdown","markdown":{"content":"\#(text)"}}"#, key: key)["errcode"].int
  }

  /// Runs a pending job to its end.
  func fail(_ job: Int, after milliseconds: Int64 = 1000) {
    sandbox.change { $0.start(job) }
    clock.advance(by: milliseconds)
    sandbox.change { _ = $0.fail(job) }
  }
}
