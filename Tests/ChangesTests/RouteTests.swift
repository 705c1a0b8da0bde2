import Changes
import Testing

@Suite struct RouteTests {
  @Test(arguments: RouteExample.all)
  func `the README's table says what a route selects`(example: RouteExample) {
    let route = Route(
      bots: ["docs"],
      projects: example.pattern.map { [ProjectPattern($0)] },
      exclude: example.exclude.map { [ProjectPattern($0)] } ?? []
    )
    #expect(route.selects(Project(id: 1, path: example.path)) == example.isSelected)
  }

  @Test func `the README's table is rendered with a header and a row for each example`() {
    let lines = RouteExample.markdown.split(separator: "\n")
    #expect(RouteExample.all.count >= 25)
    #expect(lines.count == RouteExample.all.count + 2)
    #expect(lines[0] == "| `projects` | `exclude` | project | selected |")
    #expect(lines[2] == "| left out |  | `docs/manual` | yes |")
    #expect(lines[16] == #"| `"docs/**"` | `"docs/archive/*"` | `docs/archive/2019` | no |"#)
  }

  @Test func `an id selects its project under any path and no other`() {
    let route = Route(bots: ["docs"], projects: [.id(42), ProjectPattern("docs/**")])
    #expect(route.selects(Project(id: 42, path: "moved/away")))
    #expect(route.selects(Project(id: 1, path: "docs/manual")))
    #expect(!route.selects(Project(id: 43, path: "moved/away")))
  }

  @Test func `exclude also takes ids away`() {
    let route = Route(bots: ["docs"], exclude: [.id(42)])
    #expect(!route.selects(Project(id: 42, path: "a/b")))
    #expect(route.selects(Project(id: 43, path: "a/b")))
  }
}
