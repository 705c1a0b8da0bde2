/// The requests that wait for a free handle, in the order in which they came.
struct WaitingLine {
  private var entries: [Submission] = []
  private var head = 0
  /// No entry's deadline is earlier than this; spares looking at all of them each time.
  private var earliestDeadline: ContinuousClock.Instant?

  var isEmpty: Bool { head == entries.count }

  mutating func append(_ submission: Submission) {
    entries.append(submission)
    earliestDeadline = min(earliestDeadline ?? submission.job.deadline, submission.job.deadline)
  }

  mutating func removeFirst() -> Submission? {
    guard !isEmpty else {
      return nil
    }
    let first = entries[head]
    head += 1
    if isEmpty {
      entries.removeAll(keepingCapacity: true)
      head = 0
      earliestDeadline = nil
    } else if head >= 1024, head * 2 >= entries.count {
      entries.removeFirst(head)
      head = 0
    }
    return first
  }

  /// Takes out those whose time is over.
  mutating func removeExpired(at now: ContinuousClock.Instant) -> [Submission] {
    guard let earliestDeadline, earliestDeadline <= now else {
      return []
    }
    return remove { $0.job.deadline <= now }
  }

  /// Takes out those whose task was cancelled.
  mutating func removeCancelled() -> [Submission] {
    remove(where: \.job.isCancelled)
  }

  private mutating func remove(where isOver: (Submission) -> Bool) -> [Submission] {
    var removed: [Submission] = []
    var kept: [Submission] = []
    for entry in entries[head...] {
      if isOver(entry) {
        removed.append(entry)
      } else {
        kept.append(entry)
      }
    }
    entries = kept
    head = 0
    earliestDeadline = kept.lazy.map(\.job.deadline).min()
    return removed
  }

  /// How long the thread may sleep without missing a deadline of the line.
  var millisecondsToNextDeadline: Int32 {
    let longest: Int32 = 60_000
    guard let earliestDeadline else {
      return longest
    }
    let left = ContinuousClock.now.duration(to: earliestDeadline)
    guard left < .milliseconds(longest) else {
      return longest
    }
    // Rounded up: waking a moment early would only mean looking once more.
    return max(0, Int32(left / .milliseconds(1)) + 1)
  }
}
