/// The two kinds of news, by the names that a route's `events` uses.
package enum EventKind: String, Hashable, Sendable, Codable, CaseIterable {
  case push
  case build
}
