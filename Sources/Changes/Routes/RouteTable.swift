/// All routes in the order of the configuration.
package struct RouteTable: Hashable, Sendable {
  /// One message to one bot.
  package struct Recipient: Hashable, Sendable {
    /// The bot's name in the configuration.
    package let bot: String
    /// The route that tells it, counted from 0.
    package let route: Int
    /// The title that this route gives.
    package let title: String
  }

  package let routes: [Route]

  package init(_ routes: [Route]) {
    self.routes = routes
  }

  /// Returns who is told: each bot once, by the first route that matches and names it.
  package func recipients(of event: RouteEvent, in project: Project) -> [Recipient] {
    var told: Set<String> = []
    var recipients: [Recipient] = []
    for (index, route) in routes.enumerated() where route.refusal(of: project, event) == nil {
      for bot in route.bots where told.insert(bot).inserted {
        recipients.append(Recipient(bot: bot, route: index, title: route.title))
      }
    }
    return recipients
  }

  /// Returns for each route, in order, whether it tells the event to whom, or why not.
  package func explanation(of event: RouteEvent, in project: Project) -> [RouteVerdict] {
    var tellers: [String: Int] = [:]
    return routes.enumerated().map { index, route in
      if let refusal = route.refusal(of: project, event) { return .refuses(refusal) }
      var told: [String] = []
      var earlier: [RouteVerdict.Earlier] = []
      for bot in route.bots {
        if let teller = tellers[bot] {
          if teller != index { earlier.append(.init(bot: bot, route: teller)) }
        } else {
          tellers[bot] = index
          told.append(bot)
        }
      }
      return .matches(tells: told, earlier: earlier)
    }
  }

  /// Returns the kinds of news that any route tells of the project; none: it need not be asked.
  package func events(of project: Project) -> Set<EventKind> {
    routes.reduce(into: []) { kinds, route in
      if route.selects(project) { kinds.formUnion(route.events) }
    }
  }
}
