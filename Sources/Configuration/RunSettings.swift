/// How long passes take and how they follow each other: `[run]`.
package struct RunSettings: Sendable, Equatable {
  /// From the start of a pass to its end, or nil for none.
  package var deadline: Duration?
  /// Of `watch`, from start to start.
  package var interval: Duration

  package init(
    deadline: Duration? = .seconds(50),
    interval: Duration = .seconds(60)
  ) {
    self.deadline = deadline
    self.interval = interval
  }
}
