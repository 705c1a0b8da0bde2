import Changes
import Testing

@Suite struct BranchFilterTests {
  struct Case: Sendable, CustomStringConvertible {
    let patterns: [String]
    let selected: [String]
    let others: [String]
    var description: String { patterns.description }
  }

  @Test(arguments: [
    Case(
      patterns: ["*", "!renovate/**"],
      selected: ["main", "feature/x", "a/b/c", "renovate"],
      others: ["renovate/x", "renovate/x/y"]
    ),
    Case(
      patterns: ["!renovate/**", "!dependabot/**"],
      selected: ["main", "feature/x"],
      others: ["renovate/x", "dependabot/npm/y"]
    ),
    Case(patterns: ["main"], selected: ["main"], others: ["Main", "feature/main"]),
    Case(
      patterns: ["main", "release/*"],
      selected: ["main", "release/1"],
      others: ["release/1/hotfix", "develop"]
    ),
    Case(
      patterns: ["*", "!renovate/**", "renovate/security"],
      selected: ["main", "renovate/security"],
      others: ["renovate/other"]
    ),
    Case(
      patterns: ["!renovate/**", "*"],
      selected: ["main", "renovate/x"],
      others: []
    ),
    Case(patterns: ["main", "!main"], selected: [], others: ["main", "develop"]),
    Case(patterns: ["!*"], selected: [], others: ["main", "feature/x"]),
    Case(patterns: ["feature-*"], selected: ["feature-x"], others: ["feature-x/y"]),
    Case(patterns: ["**"], selected: ["main", "feature/x"], others: []),
    Case(patterns: [], selected: [], others: ["main"]),
  ])
  func `the last matching pattern decides`(given: Case) {
    let filter = BranchFilter(given.patterns)
    func isSelected(_ branch: String) -> Bool {
      if case .selected = filter.verdict(branch) { true } else { false }
    }
    for branch in given.selected { #expect(isSelected(branch), "\(branch)") }
    for branch in given.others { #expect(!isSelected(branch), "\(branch)") }
  }

  @Test func `the verdict names the pattern that decided`() {
    let filter = BranchFilter(["*", "!renovate/**"])
    #expect(filter.verdict("main") == .selected(by: "*"))
    #expect(filter.verdict("renovate/x") == .takenAway(by: "!renovate/**"))
    #expect(BranchFilter(["main"]).verdict("x") == .notListed)
    #expect(BranchFilter(["!main"]).verdict("x") == .selected(by: nil))
  }
}
