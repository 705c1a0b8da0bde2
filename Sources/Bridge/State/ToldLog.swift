internal import Changes

/// Which news a bot has been told, so that a backfill tells the rest.
///
/// Bounded: when the oldest entries are dropped, `since` says from when on the log is complete.
struct ToldLog: Sendable, Equatable, Codable {
  /// Entries of each kind that are kept.
  static let limit = 5000

  /// From when on every piece of news told is in the log; nil: from the beginning.
  private(set) var since: Timestamp?
  /// By ascending id, as the builds.
  private(set) var pushes: [Sighting] = []
  private(set) var builds: [Sighting] = []

  /// Whether the news was told; nil when the log does not reach back to it.
  func contains(_ key: MessageKey, at time: Timestamp) -> Bool? {
    let entries = key.kind == .push ? pushes : builds
    // A GitLab restored from a backup gives ids anew, but at other times.
    if let known = entries.sighting(of: key.id), known.at == time {
      return true
    }
    return since.map { time >= $0 } ?? true ? false : nil
  }

  /// Notes that news was told.
  mutating func note(_ subject: Subject) {
    let sighting = Sighting(id: subject.id, at: subject.at)
    switch subject.kind {
    case .push: pushes.insertSorted(sighting)
    case .build: builds.insertSorted(sighting)
    }
    forget(\.pushes)
    forget(\.builds)
  }

  private mutating func forget(_ path: WritableKeyPath<ToldLog, [Sighting]>) {
    while self[keyPath: path].count > Self.limit {
      let dropped = self[keyPath: path].removeFirst()
      let border = Timestamp(milliseconds: dropped.at.milliseconds + 1)
      since = max(since ?? border, border)
    }
  }
}
