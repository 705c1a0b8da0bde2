import Changes
import Testing

@Suite struct RouteTableTests {
  private let manual = Project(id: 1, path: "docs/manual")
  private let api = Project(id: 2, path: "platform/api")
  private let table = RouteTable([
    Route(
      bots: ["docs", "all"],
      projects: [ProjectPattern("docs/**")],
      exclude: [ProjectPattern("docs/archive/*")],
      branches: BranchFilter(["*", "!renovate/**"]),
      events: [.push],
      title: "文档站"
    ),
    Route(bots: ["all", "ops"], title: "全部"),
    Route(bots: ["ops"], branches: BranchFilter(["main"]), events: [.build]),
  ])

  private func told(_ event: RouteEvent, _ project: Project) -> [String] {
    table.recipients(of: event, in: project).map { "\($0.bot) \($0.route) \($0.title)" }
  }

  @Test func `each bot is told once, by the first route that matches and names it`() {
    #expect(
      told(.push(branch: "main"), manual) == ["docs 0 文档站", "all 0 文档站", "ops 1 全部"]
    )
    #expect(told(.push(branch: "main"), api) == ["all 1 全部", "ops 1 全部"])
  }

  @Test func `a route that does not match leaves its bots to the later ones`() {
    #expect(told(.push(branch: "renovate/x"), manual) == ["all 1 全部", "ops 1 全部"])
    #expect(told(.build(.branch("main")), manual) == ["all 1 全部", "ops 1 全部"])
  }

  @Test func `a bot named twice by one route is told once`() {
    let table = RouteTable([Route(bots: ["a", "b", "a"])])
    #expect(table.recipients(of: .push(branch: "x"), in: api).map(\.bot) == ["a", "b"])
    #expect(
      table.explanation(of: .push(branch: "x"), in: api)
        == [.matches(tells: ["a", "b"], earlier: [])]
    )
  }

  @Test(arguments: [
    (BuildReference.branch("main"), true, true),
    (.branch("renovate/x"), true, false),
    (.tag("main"), true, false),
    (.mergeRequest, true, false),
  ])
  func `jobs of tags and merge requests match only where branches is left out`(
    reference: BuildReference,
    withoutBranches: Bool,
    withBranches: Bool
  ) {
    let open = RouteTable([Route(bots: ["a"])])
    let filtered = RouteTable([Route(bots: ["a"], branches: BranchFilter(["*", "!renovate/**"]))])
    let event = RouteEvent.build(reference)
    #expect(!open.recipients(of: event, in: api).isEmpty == withoutBranches)
    #expect(!filtered.recipients(of: event, in: api).isEmpty == withBranches)
  }

  @Test func `the explanation gives each route's reason in words`() {
    func words(_ event: RouteEvent, _ project: Project) -> [String] {
      table.explanation(of: event, in: project).map(\.description)
    }
    #expect(
      words(.push(branch: "main"), manual) == [
        "tells docs, all",
        "tells ops; all is told by route 1 already",
        "push is not among its events",
      ]
    )
    #expect(
      words(.push(branch: "renovate/x"), manual)[0]
        == #"branch "renovate/x" is taken away by "!renovate/**""#
    )
    #expect(
      words(.push(branch: "main"), Project(id: 3, path: "docs/archive/old"))[0]
        == #"the project is left out by exclude "docs/archive/*""#
    )
    #expect(words(.push(branch: "x"), api)[0] == "the project is not among its projects")
    #expect(words(.build(.branch("x")), manual)[0] == "build is not among its events")
    #expect(words(.build(.branch("x")), manual)[2] == #"branch "x" is not among its branches"#)
    #expect(words(.build(.branch("main")), api)[2] == "ops is told by route 2 already")
    #expect(
      words(.build(.mergeRequest), api)[2]
        == "jobs of tags and merge requests are told only where branches is left out"
    )
  }

  @Test func `the explanation tells exactly those whom the news reach`() {
    let events: [RouteEvent] = [
      .push(branch: "main"), .push(branch: "renovate/x"), .build(.branch("main")),
      .build(.tag("v1")), .build(.mergeRequest),
    ]
    for event in events {
      for project in [manual, api] {
        let explained = table.explanation(of: event, in: project).flatMap { verdict in
          if case .matches(let bots, _) = verdict { bots } else { [] as [String] }
        }
        #expect(explained == table.recipients(of: event, in: project).map(\.bot))
      }
    }
  }

  @Test func `only what some route tells need be asked of a project`() {
    let pushes = RouteTable([Route(bots: ["a"], projects: [.id(1)], events: [.push])])
    #expect(pushes.events(of: manual) == [.push])
    #expect(pushes.events(of: api) == [])
    #expect(table.events(of: api) == [.push, .build])
  }
}
