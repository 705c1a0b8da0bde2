internal import Changes
internal import Configuration

extension PassSettings {
  init(_ configuration: Configuration) {
    self.init(
      gitlabURL: configuration.gitlab.url,
      tokenDigest: configuration.gitlab.tokenDigest,
      routes: RouteTable(configuration.routes.map(Route.init)),
      selectors: Self.selectors(of: configuration.routes),
      concurrency: configuration.gitlab.concurrency,
      requestsPerSecond: configuration.gitlab.requestsPerSecond ?? 0,
      timeout: configuration.gitlab.timeout,
      deadlineMilliseconds: configuration.run.deadline?.milliseconds,
      maxAgeMilliseconds: configuration.backfill.maxAge?.milliseconds ?? 0,
      digestAbove: configuration.backfill.digestAbove ?? 0,
      alertBots: configuration.alertBots
    )
  }

  /// Writes all that decides which projects are watched; another text makes an answer stale.
  private static func selectors(of routes: [RouteSettings]) -> String {
    routes.map { route in
      let projects = route.projects.map { $0.map(\.description).joined(separator: " ") } ?? "*"
      let exclude = route.exclude.map(\.description).joined(separator: " ")
      let events = route.events.map(\.rawValue).sorted().joined(separator: "+")
      return exclude.isEmpty ? "\(projects) \(events)" : "\(projects) - \(exclude) \(events)"
    }.joined(separator: "; ")
  }
}

extension Route {
  init(_ settings: RouteSettings) {
    self.init(
      bots: settings.bots,
      projects: settings.projects?.map { Changes.ProjectPattern($0) },
      exclude: settings.exclude.map { Changes.ProjectPattern($0) },
      branches: settings.branches.map(BranchFilter.init),
      events: Set(settings.events.map { $0 == .push ? .push : .build }),
      title: settings.title
    )
  }
}

extension Changes.ProjectPattern {
  init(_ pattern: RouteSettings.Pattern) {
    switch pattern {
    case .id(let id): self = .id(Int(id))
    case .path(let text), .glob(let text): self.init(text)
    }
  }
}

extension Duration {
  /// The whole milliseconds, rounded towards zero.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
