internal import Changes

/// Who is told of what: the routes, applied to projects that may have changed their names.
struct Watch: Sendable {
  let routes: RouteTable
  /// Exact paths of the configuration by the project that answers to them although its path is
  /// another one now.
  let aliases: [Int: [String]]

  init(routes: RouteTable, aliases: [String: Int] = [:]) {
    self.routes = routes
    self.aliases = Dictionary(grouping: aliases.keys) { aliases[$0] ?? 0 }
  }

  /// Returns who is told of an event in a project.
  ///
  /// What happened before a rename or a transfer belongs to the old path as well; so where the
  /// present path has no recipient, the last known one and those of the configuration count.
  func recipients(
    of event: RouteEvent,
    in project: Int,
    paths: [String]
  ) -> [RouteTable.Recipient] {
    for path in paths + (aliases[project] ?? []) {
      let found = routes.recipients(of: event, in: Project(id: project, path: path))
      if !found.isEmpty {
        return found
      }
    }
    return []
  }

  /// Returns the kinds of news that any route tells of a project.
  func events(of project: Int, path: String) -> Set<EventKind> {
    ([path] + (aliases[project] ?? [])).reduce(into: []) {
      $0.formUnion(routes.events(of: Project(id: project, path: $1)))
    }
  }
}
