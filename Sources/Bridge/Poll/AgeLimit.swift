internal import Changes

/// How old news may be to be told: older news is counted alone.
struct AgeLimit: Sendable, Equatable {
  /// No limit: everything is told.
  static let none = AgeLimit(milliseconds: 0)

  /// The age in GitLab's time; 0 for no limit.
  let milliseconds: Int64

  /// Whether something that happened at a time is too old at another.
  func isExceeded(by time: Timestamp, at now: Timestamp) -> Bool {
    milliseconds > 0 && time.milliseconds < now.milliseconds - milliseconds
  }
}
