/// What a job's pipeline ran for.
package enum BuildReference: Hashable, Sendable, Codable {
  case branch(String)
  case tag(String)
  case mergeRequest
}
