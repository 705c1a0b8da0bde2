/// The states of jobs and pipelines.
package enum PipelineStatus: String, Sendable, CaseIterable {
  case created
  case waitingForResource = "waiting_for_resource"
  case preparing
  case waitingForCallback = "waiting_for_callback"
  case pending
  case running
  case success
  case failed
  case canceling
  case canceled
  case skipped
  case manual
  case scheduled

  /// Whether nothing moves any more without somebody's doing.
  package var isComplete: Bool {
    switch self {
    case .success, .failed, .canceled, .skipped: true
    default: false
    }
  }
}

/// The status of a pipeline or stage as the sum of its jobs.
struct CompositeStatus {
  private var states: Set<PipelineStatus> = []
  private var isEmpty = true
  private var hasWarnings = false

  mutating func add(_ status: PipelineStatus, allowsFailure: Bool) {
    isEmpty = false
    if allowsFailure, status == .failed || status == .canceled {
      hasWarnings = true
    } else if !(allowsFailure && status == .manual) {
      states.insert(status)
    }
  }

  /// Nil when there is no job at all.
  var status: PipelineStatus? {
    if isEmpty { return nil }
    if states.isEmpty, !hasWarnings { return .skipped }
    if !hasWarnings, states == [.skipped] { return .skipped }
    if states.isSubset(of: [.success, .skipped]) { return .success }
    if states == [.created] { return .created }
    if states == [.preparing] { return .preparing }
    if states.isSubset(of: [.canceled, .success, .skipped]) { return .canceled }
    if states.isSubset(of: [.pending, .created, .skipped]) { return .pending }
    if states.contains(.running) || states.contains(.pending) { return .running }
    for status in [
      PipelineStatus.waitingForResource, .waitingForCallback, .manual, .scheduled, .preparing,
    ] where states.contains(status) {
      return status
    }
    return states.contains(.created) ? .running : .failed
  }
}
