internal import Bridge
internal import Configuration

/// The line that sums up a pass: "13 projects: 36 pushes, 1 failed build; 37 posted; nothing waits".
enum PassSummary {
  static func text(of report: PassReport) -> String {
    if report.wasBusy { return "another pass is at work; nothing was done" }
    let parts = [news(report), posted(report), tooOld(report), waiting(report)].compactMap(\.self)
    return "\(count(report.projects, "project")): \(parts.joined(separator: "; "))"
  }

  /// Returns the line that sums up a backfill.
  static func text(of report: BackfillReport, isDryRun: Bool) -> String {
    let projects = count(report.projects, "project")
    let queued = report.messages.count
    if report.news == 0 { return "\(projects): nothing to tell happened in that time" }
    let news =
      "\(projects): \(count(report.news, "push or failed build", "pushes and failed builds"))"
    if queued == 0 { return "\(news) in that time, all told already" }
    if isDryRun { return "\(news) in that time; \(count(queued, "message")) would be posted" }
    let rest = [posted(report.posting) ?? "nothing posted", waiting(report.posting)]
    return "\(news) in that time; \(rest.joined(separator: "; "))"
  }

  /// Writes what a pass came to into the log; one in which nothing happened is of little interest.
  static func log(_ report: PassReport, to log: Log) {
    let requests = report.requests.values.reduce(0, +)
    let isEventful =
      report.pushes + report.builds + report.posted + report.digests > 0
      || report.exitCode != .ok
    log.write(
      isEventful ? .info : .debug,
      "pass.ended",
      "\(text(of: report)) (\(ProgressLine.seconds(report.milliseconds)), "
        + "\(count(requests, "request")))",
      [
        ("exit_code", .number(Int64(report.exitCode.rawValue))),
        ("projects", .number(Int64(report.projects))),
        ("asked", .number(Int64(report.asked))),
        ("pushes", .number(Int64(report.pushes))),
        ("builds", .number(Int64(report.builds))),
        ("posted", .number(Int64(report.posted))),
        ("in_digests", .number(Int64(report.inDigests))),
        ("too_old", .number(Int64(report.tooOld))),
        ("waiting", .number(Int64(report.waiting.reduce(0) { $0 + $1.messages }))),
        ("requests", .number(Int64(requests))),
        ("milliseconds", .number(report.milliseconds)),
      ]
    )
  }

  private static func news(_ report: PassReport) -> String {
    var found: [String] = []
    if report.pushes > 0 { found.append(count(report.pushes, "push", "pushes")) }
    if report.builds > 0 { found.append(count(report.builds, "failed build")) }
    return found.isEmpty ? "nothing new" : found.joined(separator: ", ")
  }

  private static func posted(_ report: PassReport) -> String? {
    switch (report.posted, report.inDigests) {
    case (0, 0): nil
    case (let posted, 0): "\(posted) posted"
    case (0, let inDigests): "\(inDigests) posted in \(count(report.digests, "digest"))"
    case (let posted, let inDigests):
      "\(posted) posted, and \(inDigests) in \(count(report.digests, "digest"))"
    }
  }

  private static func tooOld(_ report: PassReport) -> String? {
    report.tooOld > 0 ? "\(report.tooOld) too old to be posted" : nil
  }

  private static func waiting(_ report: PassReport) -> String {
    guard !report.waiting.isEmpty else { return "nothing waits" }
    return report.waiting.map { queue in
      let verb = queue.messages == 1 ? "waits" : "wait"
      let reason = queue.reason.map { " (\($0))" } ?? " for WeCom's minute"
      return "\(queue.messages) \(verb) for bot \"\(queue.bot)\"\(reason)"
    }.joined(separator: ", ")
  }

  private static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
  }
}
