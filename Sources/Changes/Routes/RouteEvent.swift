/// The two kinds of news, by the names that a route's `events` uses.
package enum EventKind: String, Hashable, Sendable, Codable, CaseIterable {
  case push
  case build
}

/// What happened, as far as routes look at it.
package enum RouteEvent: Hashable, Sendable {
  case push(branch: String)
  case build(BuildReference)

  /// The kind that a route's `events` names.
  package var kind: EventKind {
    switch self {
    case .push: .push
    case .build: .build
    }
  }
}

/// What a job's pipeline ran for.
package enum BuildReference: Hashable, Sendable {
  case branch(String)
  case tag(String)
  case mergeRequest
}
