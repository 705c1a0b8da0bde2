/// Keeps quiet about what each pass of a watch would say again: what kept it from beginning.
///
/// Other troubles are remembered in the state, which says them once, daily, and when they end. A
/// pass without a state, or before it, has no such memory.
struct Repetition: Sendable {
  /// The time after which the same is said again, in milliseconds.
  private static let day: Int64 = 86_400_000
  /// What is said before the state can be worked with.
  private static let events: Set<String> = [
    "state.failed", "state.stranger", "gitlab.unsettled", "lock.busy", "metrics.failing",
  ]

  private var saidAt: [String: Int64] = [:]

  /// Returns those of a pass's sayings that are to be said; what a pass no longer says is over.
  mutating func filter(_ sayings: [Saying], now: Int64) -> [Saying] {
    var said: [String: Int64] = [:]
    let news = sayings.filter { saying in
      guard Self.events.contains(saying.event) else { return true }
      let key = "\(saying.event) \(saying.text)"
      if let before = saidAt[key], (0..<Self.day).contains(now - before) {
        said[key] = before
        return false
      }
      said[key] = now
      return true
    }
    saidAt = said
    return news
  }
}
