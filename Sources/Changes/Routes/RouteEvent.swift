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
