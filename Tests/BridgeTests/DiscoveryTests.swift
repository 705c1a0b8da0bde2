import Changes
import Sandbox
import TestSupport
import Testing

@testable import Bridge

@Suite struct DiscoveryTests {
  /// A world of two groups with a subgroup, a user's own project and an archived one.
  private func scene(_ projects: [String]?, exclude: [String] = []) -> PassScene {
    let route = Route(
      bots: ["docs"],
      projects: projects?.map { ProjectPattern($0) },
      exclude: exclude.map { ProjectPattern($0) }
    )
    let scene = PassScene(routes: [route])
    scene.sandbox.change { world in
      let team = world.addGroup("team", in: scene.docs)
      let platform = world.addGroup("platform")
      world.addProject("site", in: team)
      world.addProject("api", in: platform)
      world.addProject("notes", ofUser: scene.ann)
      world.setArchived(true, project: world.addProject("old", in: scene.docs))
    }
    return scene
  }

  private func paths(_ scene: PassScene) throws -> [String] {
    let state = try scene.state
    return (state.discovery?.projects ?? []).compactMap { state.projects[$0]?.path }.sorted()
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var projects: [String]?
    var exclude: [String] = []
    var found: [String]
    var barren: [String] = []
    var archived: [String] = []

    var testDescription: String { "\(projects ?? []) without \(exclude)" }
  }

  private static let cases = [
    Case(projects: nil, found: ["ann/notes", "docs/manual", "docs/team/site", "platform/api"]),
    Case(projects: ["docs/**"], found: ["docs/manual", "docs/team/site"]),
    Case(projects: ["docs/*"], found: ["docs/manual"]),
    Case(projects: ["DOCS/Manual"], found: ["docs/manual"]),
    Case(projects: ["*/api"], found: ["platform/api"]),
    Case(projects: ["ann/*"], found: ["ann/notes"]),
    Case(projects: ["docs/**"], exclude: ["docs/team/*"], found: ["docs/manual"]),
    Case(projects: ["docs/**", "docs/team/*"], found: ["docs/manual", "docs/team/site"]),
    Case(
      projects: ["docs/manual", "docs/none", "empty/**"],
      found: ["docs/manual"],
      barren: ["\"docs/none\"", "\"empty/**\""]
    ),
    Case(projects: ["docs/old"], found: [], archived: ["\"docs/old\""]),
  ]

  @Test(arguments: cases) func `the selectors give their projects`(expected: Case) async throws {
    let scene = scene(expected.projects, exclude: expected.exclude)
    try await scene.pass()
    #expect(try paths(scene) == expected.found)
    let discovery = try #require(try scene.state.discovery)
    #expect(discovery.barren == expected.barren)
    #expect(discovery.archived == expected.archived)
  }

  @Test func `an id selects, and few paths are asked for one by one`() async throws {
    let scene = PassScene(routes: [Route(bots: ["docs"], projects: [.id(1), .path("docs/manual")])])
    try await scene.pass()
    #expect(try paths(scene) == ["docs/manual"])
    #expect(scene.sandbox.log.counts[.projects] == nil)
  }

  @Test func `over fifty paths are found in one listing`() async throws {
    let scene = PassScene(
      routes: [
        Route(bots: ["docs"], projects: (1...60).map { .path("docs/project-\($0)") })
      ]
    )
    for number in 1...60 { _ = scene.addProject("project-\(number)") }
    try await scene.pass()
    #expect(try scene.state.discovery?.projects.count == 60)
    #expect(scene.sandbox.log.counts[.project] == nil)
    #expect(scene.sandbox.log.counts[.projects] == 1)
  }

  @Test func `a renamed project is still told by its old path, under its new name`() async throws {
    let scene = PassScene(routes: [Route(bots: ["docs"], projects: [.path("docs/manual")])])
    try await scene.pass()
    scene.sandbox.change { world in
      world.renameProject(scene.project, path: "guide", name: "指南")
    }
    scene.push("after the rename")
    #expect(try await scene.pass(after: 11 * 60_000).exitCode == .ok)
    #expect(scene.told == ["after the rename"])
    #expect(scene.sandbox.messages()[0].contains("[指南](http://gitlab.example.internal/docs/guide)"))
    #expect(try scene.state.discovery?.aliases == ["docs/manual": 1])
    scene.push("and again")
    try await scene.pass()
    #expect(scene.told == ["after the rename", "and again"])
  }

  @Test func `an answer is good for ten minutes, a new project is told from its beginning`()
    async throws
  {
    let scene = PassScene()
    try await scene.pass()
    let new = scene.addProject("new")
    scene.push("early", to: new)
    for _ in 1...5 { try await scene.pass() }
    #expect(scene.told == [])
    for _ in 1...5 { try await scene.pass() }
    #expect(scene.told == ["start", "early"])
  }

  @Test func `a group that GitLab fails to show loses no project`() async throws {
    let scene = PassScene(
      routes: [Route(bots: ["docs"], projects: [ProjectPattern("docs/**")])]
    )
    try await scene.pass()
    scene.sandbox.add(
      Fault(.answer(SandboxReply(status: 500)), at: [.groupProjects, .projects])
    )
    scene.push("all the same")
    try await scene.pass(after: 11 * 60_000)
    #expect(scene.told == ["all the same"])
  }
}
