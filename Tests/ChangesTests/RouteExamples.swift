import Changes

/// One row of the README's table: what a pattern selects.
struct RouteExample: Sendable, CustomStringConvertible {
  /// An entry of `projects`; nil where it is left out.
  let pattern: String?
  let exclude: String?
  let path: String
  let isSelected: Bool

  init(_ pattern: String?, exclude: String? = nil, _ path: String, _ isSelected: Bool) {
    self.pattern = pattern
    self.exclude = exclude
    self.path = path
    self.isSelected = isSelected
  }

  var description: String {
    "\(pattern ?? "left out") without \(exclude ?? "nothing") on \(path)"
  }

  static let all = [
    RouteExample(nil, "docs/manual", true),
    RouteExample(nil, exclude: "docs/**", "docs/manual", false),
    RouteExample(nil, exclude: "docs/**", "platform/api", true),
    RouteExample("platform/api", "platform/api", true),
    RouteExample("platform/api", "Platform/API", true),
    RouteExample("platform/api", "platform/api-docs", false),
    RouteExample("platform/api", "old/platform/api", false),
    RouteExample("platform", "platform/api", false),
    RouteExample("docs/*", "docs/manual", true),
    RouteExample("docs/*", "docs/archive/2019", false),
    RouteExample("docs/**", "docs/manual", true),
    RouteExample("docs/**", "docs/archive/2019", true),
    RouteExample("docs/**", "DOCS/Manual", true),
    RouteExample("docs/**", "docs-old/manual", false),
    RouteExample("docs/**", exclude: "docs/archive/*", "docs/archive/2019", false),
    RouteExample("docs/**", exclude: "docs/archive/*", "docs/archive/2019/q1", true),
    RouteExample("docs/**", exclude: "docs/archive/**", "docs/archive/2019/q1", false),
    RouteExample("docs/api-*", "docs/api-v2", true),
    RouteExample("docs/api-*", "docs/api-", true),
    RouteExample("docs/api-*", "docs/api", false),
    RouteExample("docs/team-*/site", "docs/team-a/site", true),
    RouteExample("docs/team-*/site", "docs/team-a/b/site", false),
    RouteExample("docs/**/site", "docs/team-a/b/site", true),
    RouteExample("docs/**/site", "docs/site", true),
    RouteExample("docs/**/site", "docs/website", false),
    RouteExample("**/api", "platform/api", true),
    RouteExample("**/api", "platform/core/api", true),
    RouteExample("**/api", "platform/rapi", false),
    RouteExample("*/api", "platform/api", true),
    RouteExample("*/api", "platform/core/api", false),
    RouteExample("**/docs/**", "platform/docs/manual", true),
    RouteExample("**/docs/**", "docs/manual", true),
    RouteExample("docs**", "docs-old/manual", true),
    RouteExample("**", "docs/manual", true),
  ]

  /// The table of the README in Markdown, its header included.
  static var markdown: String {
    var lines = ["| `projects` | `exclude` | project | selected |", "|---|---|---|---|"]
    for example in all {
      let pattern = example.pattern.map { "`\"\($0)\"`" } ?? "left out"
      let exclude = example.exclude.map { "`\"\($0)\"`" } ?? ""
      let selected = example.isSelected ? "yes" : "no"
      lines.append("| \(pattern) | \(exclude) | `\(example.path)` | \(selected) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
