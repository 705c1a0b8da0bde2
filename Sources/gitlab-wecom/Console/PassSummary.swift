internal import Bridge

/// The line that sums up a pass: "13 projects: 36 pushes, 1 failed build; 37 posted; nothing waits".
enum PassSummary {
  static func text(of report: PassReport) -> String {
    if report.wasBusy { return "another pass is at work; nothing was done" }
    let parts = [news(report), posted(report), tooOld(report), waiting(report)].compactMap(\.self)
    return "\(count(report.projects, "project")): \(parts.joined(separator: "; "))"
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
