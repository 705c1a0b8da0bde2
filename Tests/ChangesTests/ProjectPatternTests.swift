import Changes
import Testing

@Suite struct ProjectPatternTests {
  @Test(
    arguments: [
      ("docs/**", "docs"),
      ("docs/*", "docs"),
      ("docs/team-*/x", "docs"),
      ("docs/team/**/x", "docs/team"),
      ("docs/api-*", "docs"),
      ("*/x", nil),
      ("**/api", nil),
      ("docs**", nil),
      ("**", nil),
      ("platform/api", nil),
    ] as [(String, String?)]
  )
  func `a glob names the group that holds all it can select`(pattern: String, group: String?) {
    #expect(ProjectPattern(pattern).literalGroupPrefix == group)
  }

  @Test func `an id has no group`() {
    #expect(ProjectPattern.id(42).literalGroupPrefix == nil)
  }

  @Test func `slashes at either end are dropped`() {
    #expect(ProjectPattern("/docs/manual/") == .path("docs/manual"))
    #expect(ProjectPattern("/docs/*/") == ProjectPattern("docs/*"))
    #expect(ProjectPattern("/") == .path(""))
  }

  @Test func `a path differs from its longer and its accented kin`() {
    let pattern = ProjectPattern("docs/manual")
    #expect(!pattern.matches(Project(id: 1, path: "docs/manual2")))
    #expect(!pattern.matches(Project(id: 1, path: "docs/manua")))
    #expect(!ProjectPattern("docs/caf\u{E9}").matches(Project(id: 1, path: "docs/cafe\u{301}")))
  }

  @Test(arguments: [
    (ProjectPattern.id(42), "42"), (ProjectPattern("a/b"), "\"a/b\""),
    (ProjectPattern("a/**"), "\"a/**\""),
  ])
  func `a pattern is described as the configuration writes it`(
    pattern: ProjectPattern,
    text: String
  ) {
    #expect(pattern.description == text)
  }
}
