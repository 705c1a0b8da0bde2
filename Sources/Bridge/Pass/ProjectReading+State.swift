internal import Changes
internal import GitLab

extension ProjectReading {
  /// The state that the project is remembered with, failures and rests included.
  func stateAfterPass(now: Timestamp) -> ProjectState {
    var after = state
    switch error {
    case .failed(let error) where error.isAboutProject:
      after.obstacle = .gone
      after.failures = nil
      after.notBefore = Timestamp(milliseconds: now.milliseconds + Backoff.gone)
    case .failed(let error) where error.isAboutAll || error.isLimit:
      break
    case .failed:
      let count = (state.failures ?? 0) + 1
      after.failures = count
      let rest = Backoff.rest(afterFailures: count)
      after.notBefore = rest > 0 ? Timestamp(milliseconds: now.milliseconds + rest) : nil
    case .partly:
      // No rest: what can be read is read in every pass.
      after.failures = (state.failures ?? 0) + 1
    case .held, .outOfTime, .unsteady:
      break
    case nil:
      after.failures = nil
      after.notBefore = nil
      if after.obstacle == .gone {
        after.obstacle = nil
      }
    }
    return after
  }
}

extension BridgeState {
  /// The holds on kinds of endpoint that this version knows.
  var endpointHolds: [EndpointKind: Timestamp] {
    holds.reduce(into: [:]) { known, hold in
      if let kind = EndpointKind(rawValue: hold.key) {
        known[kind] = hold.value
      }
    }
  }
}

extension Entry {
  /// Whether the entry only confirms at a later time what a state holds already.
  func isRefresh(of state: BridgeState) -> Bool {
    switch self {
    case .server(let facts):
      return facts.version == state.server?.version
    case .discovered(let found, let newcomers):
      var known = state.discovery
      known?.askedAt = found.askedAt
      return newcomers.isEmpty && known == found
    default:
      return false
    }
  }
}
