internal import Platform

/// The tables of `status`: bots, kept texts, projects.
enum StatusTables {
  // MARK: Bots

  private static let countWidth = 9

  static func bots(_ report: StatusReport) -> [String] {
    guard !report.bots.isEmpty else { return [] }
    let names = report.bots.map { ShownText.line($0.name) }
    let room = StatusText.width - 6 * countWidth
    let nameWidth = min(max(names.map { Cells.width($0) + 2 }.max() ?? 0, 10), room)
    let titles = ["waiting", "found", "posted", "digests", "too old", "kept"]
    var lines = ["", row("bots", titles, nameWidth: nameWidth)]
    for (bot, name) in zip(report.bots, names) {
      let balance = bot.balance
      let counts = [
        balance.waiting, balance.found, balance.posted, balance.inDigests, balance.tooOld,
        balance.keptAside,
      ]
      lines.append(row("  " + name, counts.map(String.init), nameWidth: nameWidth))
      lines += notes(on: bot, in: report).flatMap { indented($0) }
    }
    return lines
  }

  private static func row(_ name: String, _ cells: [String], nameWidth: Int) -> String {
    Cells.padded(Cells.truncated(name, to: nameWidth), to: nameWidth)
      + cells.map { Cells.aligned($0, to: countWidth) }.joined()
  }

  private static func notes(on bot: StatusReport.Bot, in report: StatusReport) -> [String] {
    var notes: [String] = []
    // What a trouble above says already is not said again.
    let isTold = report.troubles.contains { $0.text.contains(bot.reason ?? "") }
    if let wait = waiting(bot, reason: isTold ? nil : bot.reason) {
      notes.append(wait)
    }
    if bot.isInDoubt {
      notes.append("one text may have arrived or not: it is sent again")
    }
    if !bot.balance.isBalanced {
      notes.append("the count does not balance: please report this bug")
    }
    return notes
  }

  private static func waiting(_ bot: StatusReport.Bot, reason: String?) -> String? {
    guard let wait = bot.waitsFor, let oldest = bot.oldest else {
      return bot.isConfigured ? nil : "not in the configuration any more"
    }
    // The bridge's own words are texts, but no messages.
    let texts = bot.waiting == 0 ? StatusText.count(bot.texts, "alert") + ", " : ""
    let head = "\(texts)oldest of \(StatusText.short(oldest))"
    let next = bot.nextTry.map(StatusText.short) ?? ""
    let since = bot.failingSince.map(StatusText.short) ?? ""
    let reason = reason.map { ": \(ShownText.line($0))" } ?? ""
    switch wait {
    case .turn: return "\(head); posted in the next pass"
    case .pace: return "\(head); waits for WeCom's minute until \(next)"
    case .rateLimit: return "\(head); next try \(next), limited since \(since)\(reason)"
    case .retry: return "\(head); next try \(next), failing since \(since)\(reason)"
    case .operator: return "\(head); needs you, next try \(next), refused since \(since)\(reason)"
    case .configuration: return "\(head); waits for the bot's return to the configuration"
    }
  }

  // MARK: Kept texts

  static func kept(_ report: StatusReport, limit: Int) -> [String] {
    var lines: [String] = []
    for bot in report.bots where !bot.keptAside.isEmpty {
      let name = ShownText.line(bot.name)
      lines += ["", "kept aside for \(name)"]
      let older = bot.keptAside.count - min(limit, bot.keptAside.count)
      if older > 0 {
        lines.append("  \(StatusText.count(older, "older text")); --verbose lists them")
      }
      for kept in bot.keptAside.dropFirst(older) {
        lines += indented("\(StatusText.short(kept.at)) \(ShownText.line(kept.about))", by: 2)
        lines += indented(ShownText.line(kept.cause))
      }
    }
    return lines
  }

  // MARK: Projects

  private static let columnWidth = 14

  static func projects(_ report: StatusReport, isVerbose: Bool) -> [String] {
    guard !report.projects.isEmpty else { return [] }
    let noted = report.projects.map { (project: $0, notes: notes(on: $0, isVerbose: isVerbose)) }
    var shown = noted
    if !isVerbose, noted.count > StatusText.projectLimit {
      shown = Array(noted.filter { !$0.notes.isEmpty }.prefix(StatusText.projectLimit))
    }
    let room = StatusText.width - 3 * columnWidth
    let paths = shown.map { "  " + ShownText.line($0.project.path) }
    let pathWidth = min(max(paths.map { Cells.width($0) }.max() ?? 0, 10), room)
    var lines = [""]
    lines.append(
      row(Cells.padded("projects", to: pathWidth), ["newest push", "pipelines to", "jobs to"])
    )
    for ((project, notes), path) in zip(shown, paths) {
      let cells = cells(of: project)
      if Cells.width(path) > pathWidth {
        lines.append(path)
        lines.append(row(String(repeating: " ", count: pathWidth), cells))
      } else {
        lines.append(row(Cells.padded(path, to: pathWidth), cells))
      }
      lines += notes.flatMap { indented($0) }
    }
    let rest = noted.count - shown.count
    if rest > 0 {
      lines.append("  and \(StatusText.count(rest, "other project")); --verbose lists them")
    }
    return lines
  }

  private static func row(_ path: String, _ cells: [String]) -> String {
    let row = path + cells.map { "  " + Cells.padded($0, to: columnWidth - 2) }.joined()
    return String(row.reversed().drop { $0 == " " }.reversed())
  }

  private static func cells(of project: StatusReport.Project) -> [String] {
    let push =
      project.pushes.map { $0.newestAt.map(StatusText.short) ?? "none so far" } ?? "–"
    return [
      push,
      project.builds.flatMap { $0.followedTo.map(StatusText.short) } ?? "–",
      project.builds.map { StatusText.short($0.listedTo) } ?? "–",
    ]
  }

  private static func notes(on project: StatusReport.Project, isVerbose: Bool) -> [String] {
    var notes: [String] = []
    let rest = project.restsUntil.map { "; asked again \(StatusText.short($0))" } ?? ""
    switch ProjectCondition(rawValue: project.condition) {
    case .gone: notes.append("not there for this token" + rest)
    case .rewound:
      let path = ShownText.line(project.path)
      notes.append("its ids went back; it waits for: gitlab-wecom baseline --project \(path)")
    case .failing:
      notes.append("failed in \(StatusText.count(project.failures, "pass", "passes"))" + rest)
    case .read, nil: break
    }
    if project.isWithoutBuilds {
      notes.append("failed jobs are not read: CI is off, or the token's role is too low")
    }
    if project.isBehind {
      notes.append("not reached in its turn: comes first in the next pass")
    }
    if isVerbose, let busy = project.busyUntil {
      let pipelines = StatusText.count(project.builds?.pipelinesUnderWay ?? 0, "pipeline")
      notes.append("busy until \(StatusText.short(busy)): \(pipelines) under way")
    }
    return notes
  }

  private static func indented(_ text: String, by depth: Int = 4) -> [String] {
    let indent = String(repeating: " ", count: depth)
    return StatusText.wrapped(text, to: StatusText.width - depth).map { indent + $0 }
  }
}
