/// A database row whose newest version may not be committed yet.
///
/// A transaction of GitLab gets its ids and times at the start and becomes visible at its end, so
/// rows appear late and out of order. Later versions of a row wait for the earlier ones, as the row
/// lock makes them.
struct Versioned<Row: Sendable>: Sendable {
  /// The newest version, whether visible or not.
  private(set) var row: Row
  private(set) var visibleAt: Int64
  private var older: [Versioned<Row>] = []

  init(_ row: Row, visibleAt: Int64) {
    self.row = row
    self.visibleAt = visibleAt
  }

  /// Returns the version that a reader sees, or nil while the row is not committed.
  @inline(__always)
  func seen(at now: Int64) -> Row? {
    visibleAt <= now ? row : older.first?.seen(at: now)
  }

  mutating func change(visibleAt time: Int64, now: Int64, _ edit: (inout Row) -> Void) {
    let due = max(visibleAt, time)
    if due > now {
      var before = self
      if before.visibleAt <= now { before.older = [] }
      older = [before]
    } else {
      older = []
    }
    edit(&row)
    visibleAt = due
  }
}
