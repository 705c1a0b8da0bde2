import TOML

extension Loader {
  func loadRoutes(_ root: TOMLTable, bots: [String]) -> [RouteSettings] {
    sections(KnownKeys.routes, of: root).map { section in
      require("bots", in: section, "[[routes]]", #"bots = ["team"]"#)
      if let names = section.entry("bots"), names.node.value == .array([]) {
        findings.report(.emptyList("bots", hint: "name the bots to tell"), at: names.node.span)
      }
      var route = RouteSettings(
        bots: botNames(of: section, among: bots),
        projects: projects("projects", of: section),
        exclude: projects("exclude", of: section) ?? [],
        branches: branches(of: section)
      )
      if let events = events(of: section) { route.events = events }
      if let title = section.line("title", limit: 100)?.value { route.title = title }
      return route
    }
  }

  private func projects(_ key: String, of section: Section) -> [ProjectPattern]? {
    let example = #"["docs/**", "platform/api", 42]"#
    guard let elements = section.elements(key, like: example) else { return nil }
    if elements.value.isEmpty, key == "projects" {
      findings.report(
        .emptyList(key, hint: "leave it out to select every project of the token"),
        at: elements.span
      )
    }
    return elements.value.compactMap { node in
      switch node.value {
      case .integer(let id):
        guard id >= 1 else {
          findings.report(
            .outOfRange(key, value: String(id), least: 1, most: nil),
            at: node.span
          )
          return nil
        }
        return .id(id)
      case .string(let text):
        if let problem = PatternText.problem(inProject: text) {
          findings.report(.pattern(text, key: key, problem), at: node.span)
          return nil
        }
        return text.contains("*") ? .glob(text) : .path(text)
      default:
        section.reportType(
          key,
          expected: "an array like \(example)",
          node,
          prefix: "an array with "
        )
        return nil
      }
    }
  }

  private func branches(of section: Section) -> [String]? {
    let example = #"["main", "!renovate/**"]"#
    guard let elements = section.elements("branches", like: example) else { return nil }
    if elements.value.isEmpty {
      findings.report(
        .emptyList("branches", hint: "leave it out to select all branches"),
        at: elements.span
      )
    }
    let patterns = elements.value.compactMap { node -> String? in
      guard case .string(let text) = node.value else {
        section.reportType(
          "branches",
          expected: "an array like \(example)",
          node,
          prefix: "an array with "
        )
        return nil
      }
      if let problem = PatternText.problem(inBranch: text) {
        findings.report(.pattern(text, key: "branches", problem), at: node.span)
        return nil
      }
      return text
    }
    return patterns.allSatisfy { $0.hasPrefix("!") } ? ["**"] + patterns : patterns
  }

  private func events(of section: Section) -> Set<RouteSettings.Event>? {
    guard let names = section.lines("events", like: #"["push", "build"]"#) else { return nil }
    if section.entry("events")?.node.value == .array([]) {
      findings.report(.emptyList("events", hint: "leave it out to tell both"), at: names.span)
    }
    return Set(names.value.compactMap { section.choice($0, key: "events") })
  }
}
