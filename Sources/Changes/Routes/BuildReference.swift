/// What a job's pipeline ran for.
package enum BuildReference: Hashable, Sendable {
  case branch(String)
  case tag(String)
  case mergeRequest
}
