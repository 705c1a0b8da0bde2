/// Which news go to which bots: an entry of `[[routes]]`.
package struct RouteSettings: Sendable, Equatable {
  /// The type of a selector, by a name that needs no module before it.
  package typealias Pattern = ProjectPattern

  /// The news that a route can tell.
  package enum Event: String, Sendable, CaseIterable {
    case push
    case build
  }

  /// Names of bots that exist, each once.
  package var bots: [String]
  /// What the route selects, or nil for every project that the token is a member of.
  package var projects: [ProjectPattern]?
  /// What it leaves out of that.
  package var exclude: [ProjectPattern]
  /// Globs over branch names, `!` before those that take away, or nil for all branches and refs.
  ///
  /// A list that only takes away begins with `**` here: it takes away from everything.
  package var branches: [String]?
  package var events: Set<Event>
  /// One line of at most 100 characters.
  package var title: String

  package init(
    bots: [String],
    projects: [ProjectPattern]? = nil,
    exclude: [ProjectPattern] = [],
    branches: [String]? = nil,
    events: Set<Event> = Set(Event.allCases),
    title: String = "GitLab"
  ) {
    self.bots = bots
    self.projects = projects
    self.exclude = exclude
    self.branches = branches
    self.events = events
    self.title = title
  }
}
