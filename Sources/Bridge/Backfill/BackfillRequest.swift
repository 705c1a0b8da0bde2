/// What a backfill is to tell.
package struct BackfillRequest: Sendable, Equatable {
  /// Milliseconds since 1970; what happened at it is told.
  package var since: Int64
  /// Milliseconds since 1970; what happened at it is not told any more.
  package var until: Int64
  /// Full paths or ids; empty for all watched projects.
  package var projects: [String]
  /// Whether to tell again what was told.
  package var isForced: Bool
  /// Whether to tell only the caller what would be posted.
  package var isDryRun: Bool

  package init(
    since: Int64,
    until: Int64,
    projects: [String] = [],
    isForced: Bool = false,
    isDryRun: Bool = false
  ) {
    self.since = since
    self.until = until
    self.projects = projects
    self.isForced = isForced
    self.isDryRun = isDryRun
  }
}

/// What a backfill came to.
package struct BackfillReport: Sendable, Equatable {
  package var exitCode: ExitCode = .ok
  package var sayings: [Saying] = []
  /// Projects that were asked.
  package var projects = 0
  /// Pushes and failed builds in the span that somebody is told of.
  package var news = 0
  /// Messages that were queued by this backfill.
  package var messages: [PreviewReport.Message] = []
  /// What the posting came to.
  package var posting = PassReport()
}

extension BackfillReport {
  /// The report of a backfill that was told to stop before it had the lock.
  static var stopped: BackfillReport {
    var report = BackfillReport()
    report.exitCode = .failed
    report.sayings = [
      Saying(level: .error, event: "stopped", text: "stopped before anything was done")
    ]
    return report
  }

  /// The report of a backfill that ended for the reason of a pass.
  init(_ pass: PassReport) {
    self.init()
    exitCode = pass.exitCode
    sayings = pass.sayings
  }
}

extension PassReport {
  /// Adds what a slice of posting came to; what waits is what waited at its end.
  mutating func add(_ slice: BackfillReport) {
    posted += slice.posting.posted
    digests += slice.posting.digests
    inDigests += slice.posting.inDigests
    waiting = slice.posting.waiting
    sayings += slice.posting.sayings
  }
}
