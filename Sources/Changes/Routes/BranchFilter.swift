/// A route's `branches`: globs in order, those with a leading `!` taking away.
///
/// The last pattern that matches a branch decides, so `["*", "!renovate/**", "renovate/security"]`
/// brings one branch back. A list that begins with `!` starts from every branch, any other from
/// none. The lone pattern `*` means every branch, `feature/x` included: that is what one who writes
/// `["*", "!renovate/**"]` expects. In every other pattern `*` stays inside a segment. Branches are
/// compared with regard to case, as git does.
package struct BranchFilter: Hashable, Sendable {
  private struct Rule: Hashable, Sendable {
    let glob: Glob
    let takesAway: Bool
    let text: String
  }

  /// What a filter says about one branch.
  package enum Verdict: Hashable, Sendable {
    /// The branch is told; by which pattern, or by none that takes it away.
    case selected(by: String?)
    /// The pattern with the leading `!` that decided.
    case takenAway(by: String)
    /// No pattern matches.
    case notListed
  }

  private let rules: [Rule]

  /// Takes the patterns in the order of the configuration; an empty list selects nothing.
  package init(_ patterns: [String]) {
    rules = patterns.map { text in
      let takesAway = text.hasPrefix("!")
      let pattern = takesAway ? String(text.dropFirst()) : text
      return Rule(
        glob: Glob(pattern == "*" ? "**" : pattern),
        takesAway: takesAway,
        text: text
      )
    }
  }

  /// Tells whether the branch is among the selected ones, and which pattern decided.
  package func verdict(_ branch: String) -> Verdict {
    if let rule = rules.last(where: { $0.glob.matches(branch) }) {
      return rule.takesAway ? .takenAway(by: rule.text) : .selected(by: rule.text)
    }
    return rules.first?.takesAway == true ? .selected(by: nil) : .notListed
  }
}
