/// One `[[routes]]` of the configuration: which news of which projects go to which bots.
package struct Route: Hashable, Sendable {
  /// The bots' names; each gets one message.
  package var bots: [String]
  /// What it selects; nil for every project.
  package var projects: [ProjectPattern]?
  /// What it leaves out of these.
  package var exclude: [ProjectPattern]
  /// The branches it tells; nil for all, and only then jobs of tags and merge requests too.
  package var branches: BranchFilter?
  /// The kinds of news it tells.
  package var events: Set<EventKind>
  /// The title of its messages.
  package var title: String

  package init(
    bots: [String],
    projects: [ProjectPattern]? = nil,
    exclude: [ProjectPattern] = [],
    branches: BranchFilter? = nil,
    events: Set<EventKind> = Set(EventKind.allCases),
    title: String = "GitLab"
  ) {
    self.bots = bots
    self.projects = projects
    self.exclude = exclude
    self.branches = branches
    self.events = events
    self.title = title
  }

  /// Tells whether the route selects the project, whatever happens in it.
  package func selects(_ project: Project) -> Bool {
    refusal(of: project) == nil
  }

  /// The reason why the route does not tell the event, or nil where it matches.
  func refusal(of project: Project, _ event: RouteEvent) -> RouteVerdict.Refusal? {
    if let refusal = refusal(of: project) { return refusal }
    guard events.contains(event.kind) else { return .event(event.kind) }
    guard let branches else { return nil }
    switch event {
    case .push(let branch), .build(.branch(let branch)):
      switch branches.verdict(branch) {
      case .selected: return nil
      case .takenAway(let pattern): return .branchTakenAway(branch, by: pattern)
      case .notListed: return .branchNotListed(branch)
      }
    case .build(.tag), .build(.mergeRequest):
      return .noBranch
    }
  }

  private func refusal(of project: Project) -> RouteVerdict.Refusal? {
    if let projects, !projects.contains(where: { $0.matches(project) }) {
      return .projectNotListed
    }
    return exclude.first { $0.matches(project) }.map { .projectExcluded(by: $0) }
  }
}
