import Changes
import GitLab
import HTTP
import Platform
import Sandbox
import TestSupport
import Testing

@testable import Bridge

/// The words of a pass's troubles and of their ends, from whole passes.
@Suite struct TroubleTextTests {
  private let scene = PassScene()

  /// The texts that a pass says, with the times of its clock named.
  private func said(after milliseconds: Int64 = 60_000) async throws -> [String] {
    try await scene.pass(after: milliseconds).sayings.map {
      $0.text.replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, with: "TIME")
    }
  }

  @Test func `no answer by the end of the pass`() async throws {
    scene.settings.timeout = .seconds(100)
    scene.sandbox.add(Fault(.instead(.stall), at: Fault.gitlab))
    #expect(
      try await said() == [
        """
        GitLab has not answered by the end of the pass: \(scene.settings.gitlabURL)
          the watch has not begun: the next pass tries again
        """
      ]
    )
  }

  @Test func `projects that cannot be read, and that can be read again`() async throws {
    _ = scene.addProject("second")
    try await scene.pass()
    scene.sandbox.add(Fault(.answer(.html(500, title: "Oops")), at: [.events]))
    let url = scene.settings.gitlabURL
    #expect(
      try await said() == [
        """
        2 projects could not be read (docs/manual, docs/second): not GitLab's API: \(url) answers \
        500 with a page, "Oops" (project 1, projects/:id/events); it is tried again
          nothing is lost: the next pass asks them again
        """
      ]
    )
    // In a pass that asks none of them, as they rest, it is said anew after a day.
    for _ in 1...2 { #expect(try await said() == []) }
    scene.sandbox.clearFaults()
    #expect(try await said(after: 400_000) == ["all projects can be read again (since TIME)"])
  }

  @Test func `a project that is there again`() async throws {
    try await scene.pass()
    scene.sandbox.change { $0.setAccessLevel(0, project: scene.project) }
    #expect(
      try await said() == [
        """
        docs/manual is not there for this token any more: removed, or no longer shared; asked \
        again hourly
        """
      ]
    )
    scene.sandbox.change { $0.setAccessLevel(20, project: scene.project) }
    #expect(try await said(after: 3_600_000) == ["docs/manual is there again (since TIME)"])
  }

  @Test func `messages that wait for WeCom, and reach it again`() async throws {
    try await scene.pass()
    scene.transport.setFailure(
      .cannotConnect(reason: "refused"),
      at: SandboxTransport.wecomURL
    )
    scene.push("one")
    scene.push("two")
    #expect(
      try await said() == [
        """
        bot "docs": not sent: cannot connect: refused
          2 messages wait; nothing is lost: tried again
        """
      ]
    )
    scene.transport.setFailure(nil, at: SandboxTransport.wecomURL)
    #expect(try await said() == ["messages reach WeCom again (since TIME)"])
  }

  @Test func `a token that no longer ends soon`() async throws {
    scene.sandbox.change { $0.setExpiry(ofToken: Sandbox.token, to: "2026-12-01") }
    try await scene.pass()
    scene.settings.tokenDigest = "another"
    scene.sandbox.change { $0.setExpiry(ofToken: Sandbox.token, to: nil) }
    #expect(
      try await said() == ["the token \"wecom-bridge\" no longer ends soon (since TIME)"]
    )
  }

  @Test func `a path that is archived, and one that selects something now`() async throws {
    scene.settings.routes = RouteTable([
      Route(bots: ["docs"], projects: [ProjectPattern("docs/manual")], title: "文档站"),
      Route(bots: ["docs"], projects: [ProjectPattern("docs/later")], title: "文档站"),
    ])
    scene.sandbox.change { $0.setArchived(true, project: scene.project) }
    let first = try await said()
    #expect(first.contains("\"docs/manual\" is archived, and so not watched"))
    #expect(
      first.contains(
        "no project for \"docs/later\": check the path, and that the token's user has the role "
          + "Reporter there"
      )
    )
    scene.sandbox.change { $0.setArchived(false, project: scene.project) }
    _ = scene.addProject("later")
    #expect(
      try await said(after: 11 * 60_000) == [
        "\"docs/later\" selects projects now (since TIME)",
        "\"docs/manual\" selects projects now (since TIME)",
      ]
    )
  }
}
