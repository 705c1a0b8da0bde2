import Changes
import HTTP
import Sandbox
import Synchronization
import TestSupport
import Testing

@testable import Bridge

/// Where GitLab's redirects and links would lead a pass, and where it goes instead.
@Suite struct FaultLinkTests {
  /// Keeps the addresses that are asked for.
  private final class Witness: Transport {
    private let next: any Transport
    private let seen = Mutex<[String]>([])

    init(_ next: any Transport) {
      self.next = next
    }

    var addresses: [String] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      seen.withLock { $0.append(request.url) }
      return try await next.send(request)
    }
  }

  /// Looks at every address of a scene: GitLab's and WeCom's own, and no other.
  private func expectOwnOrigins(_ witness: Witness, in scene: PassScene) {
    let own = [scene.settings.gitlabURL + "/api/v4/", SandboxTransport.wecomURL + "/"]
    let strange = witness.addresses.filter { address in
      !own.contains { address.hasPrefix($0) }
    }
    #expect(strange == [])
    #expect(scene.sandbox.log.leaks == 0)
  }

  /// Where a moved project is said to be; in its place stands its id.
  private static let moves = [
    "http://gitlab.example.internal/api/v4/projects/ID",
    "/api/v4/projects/ID", "http://127.0.0.1:9200/api/v4/projects/ID",
    "https://elsewhere.example/api/v4/projects/ID?private_token=x",
    "http://gitlab.example.internal/api/v4/projects/docs%2Fguide",
  ]

  @Test(arguments: moves)
  func `66 a moved project is asked for by its id at our own address`(
    location: String
  ) async throws {
    let scene = PassScene(routes: [Route(bots: ["docs"], projects: [.path("docs/old")])])
    let witness = Witness(scene.transport)
    scene.detour = witness
    scene.sandbox.change { $0.renameProject(scene.project, path: "guide", name: "指南") }
    let target = location.split(separator: "ID", omittingEmptySubsequences: false)
      .joined(separator: String(scene.project))
    scene.sandbox.add(
      Fault(.redirected(status: 301, location: target), at: [.project], text: "docs%2Fold")
    )
    #expect(try await scene.pass().exitCode == .ok)
    scene.push("after the move")
    try await scene.pass()
    #expect(scene.told == ["after the move"])
    expectOwnOrigins(witness, in: scene)
  }

  @Test func `66 a project that is sent round in a circle selects nothing`() async throws {
    let scene = PassScene(routes: [Route(bots: ["docs"], projects: [.path("docs/a")])])
    let witness = Witness(scene.transport)
    scene.detour = witness
    for (from, to) in [("a", "b"), ("b", "a")] {
      let location = "/api/v4/projects/docs%2F\(to)"
      scene.sandbox.add(
        Fault(.redirected(status: 301, location: location), at: [.project], text: "docs%2F\(from)")
      )
    }
    let report = try await scene.pass()
    #expect(report.exitCode == .ok)
    #expect(scene.requests(.project) == 3)
    #expect(try scene.state.discovery?.barren == ["\"docs/a\""])
  }

  private static let strangers = [
    "http://elsewhere.example/users/sign_in", "https://gitlab.example.internal/api/v4/projects",
    "http://gitlab.example.internal:8080/api/v4/projects",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd", "//elsewhere.example/api/v4/projects", "gopher://127.0.0.1:25/",
  ]

  @Test(arguments: strangers)
  func `67 no redirect is followed, wherever it leads`(location: String) async throws {
    let scene = PassScene()
    let witness = Witness(scene.transport)
    scene.detour = witness
    try await scene.pass()
    scene.push("told later")
    scene.sandbox.add(Fault(.redirected(status: 302, location: location), at: Fault.gitlab))
    let report = try await scene.pass()
    #expect(report.exitCode == .failed)
    #expect(report.requests.values.reduce(0, +) == 1)
    #expect(
      report.sayings.first?.text.hasPrefix(
        "GitLab redirects to \"\(location)\", which is not followed"
      ) == true
    )
    scene.sandbox.clearFaults()
    #expect(try await scene.pass().exitCode == .ok)
    #expect(scene.told == ["told later"])
    expectOwnOrigins(witness, in: scene)
  }

  /// Links to a next page that lead away from GitLab, into a circle, or nowhere.
  private static let links = [
    "http://elsewhere.example/api/v4/projects?id_after=1", "http://elsewhere.example/",
    "http://gitlab.example.internal/api/v4/projects?pagination=keyset", "x", "",
    "http://gitlab.example.internal/api/v4/projects?id_after=-1",
    "http://gitlab.example.internal/api/v4/projects?id_after=99999999999999999999",
  ]

  @Test(arguments: links)
  func `68 a listing whose pages lead nowhere ends, and what is known goes on`(
    link: String
  ) async throws {
    let scene = PassScene()
    _ = (scene.addProject("second"), scene.addProject("third"))
    let witness = Witness(scene.transport)
    scene.detour = witness
    try await scene.pass()
    scene.sandbox.clearLog()
    scene.push("told")
    scene.sandbox.add(
      Fault(
        .altered(
          status: nil,
          headers: [SandboxRequest.Header("Link", "<\(link)>; rel=\"next\"")]
        ),
        at: [.projects]
      )
    )
    // Long enough for the projects to be looked for anew.
    let report = try await scene.pass(after: 11 * 60_000)
    #expect(report.exitCode == .failed)
    #expect(report.sayings.first?.text.hasPrefix("not all projects of the routes") == true)
    #expect(scene.told == ["told"])
    #expect(scene.requests(.projects) <= 6)
    expectOwnOrigins(witness, in: scene)
  }

  @Test func `68 pages without end are left at the deadline, and others are asked first then`()
    async throws
  {
    let scene = PassScene()
    let others = ["second", "third"].map(scene.addProject)
    scene.settings.concurrency = 1
    try await scene.pass()
    scene.push("behind endless pages")
    for project in others { scene.push("of \(project)", to: project) }
    let body = Array(#"[{"id":99}]"#.utf8)
    let clock = scene.clock
    scene.sandbox.add(
      Fault(
        .custom { request in
          clock.advance(milliseconds: 100)
          let page = request.target.split(separator: "&").last { $0.hasPrefix("page=") } ?? ""
          let number = Int(page.dropFirst(5)) ?? 1
          return SandboxReply(
            headers: [
              SandboxRequest.Header("Content-Type", "application/json"),
              SandboxRequest.Header("X-Next-Page", String(number + 1)),
            ],
            body: body
          )
        },
        at: [.events],
        projectID: scene.project
      )
    )
    let start = scene.clock.bootMilliseconds()
    try await scene.pass()
    #expect(scene.clock.bootMilliseconds() - start <= 60_000 + 50_000)
    try await scene.pass()
    #expect(Set(scene.told) == Set(others.map { "of \($0)" }))
    scene.sandbox.clearFaults()
    try await scene.pass()
    #expect(scene.told.last == "behind endless pages")
  }
}
