internal import Platform

/// The report of `status` as people read it: at most 80 cells wide, in their own time zone.
package enum StatusText {
  static let width = 80
  /// Projects that are listed one by one without being asked to.
  static let projectLimit = 40
  /// Kept texts of one bot that are listed without being asked to, the newest.
  static let keptLimit = 5
  /// Where the values of the first lines stand.
  private static let labelWidth = 11

  /// Returns the whole text of a report without a failure.
  ///
  /// Every project and every kept text is listed where it is verbose.
  package static func text(of report: StatusReport, isVerbose: Bool = false) -> String {
    var lines = head(report)
    lines += troubles(report)
    lines += StatusTables.bots(report)
    lines += StatusTables.kept(report, limit: isVerbose ? .max : keptLimit)
    lines += StatusTables.projects(report, isVerbose: isVerbose)
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: The first lines

  private static func head(_ report: StatusReport) -> [String] {
    var gitlab = ShownText.line(report.gitlab.url)
    if let version = report.gitlab.version {
      gitlab += ", GitLab \(ShownText.line(version))"
    }
    var lines = labelled("gitlab", gitlab)
    if let since = report.gitlab.unusableSince {
      lines += labelled("", "no usable answers since \(full(since))")
    }
    if let token = report.token, let words = words(of: token) {
      lines += labelled("token", words)
    }
    if let since = report.state.watchedSince {
      lines += labelled("watch", "\(count(report.projects.count, "project")), since \(full(since))")
    } else {
      let reason = report.lastPass == nil ? "no pass has come so far" : "GitLab gave no answer yet"
      lines += labelled("watch", "not begun: \(reason)")
    }
    if let pass = report.lastPass {
      lines += labelled("last pass", words(of: pass))
    }
    if let running = report.running {
      lines += labelled("now", words(of: running))
    }
    let size =
      report.state.generation > 0 || report.state.bytes > 0
      ? ": generation \(report.state.generation), \(size(report.state.bytes))" : ": empty"
    lines += labelled("state", ShownText.line(report.state.directory) + size)
    return lines
  }

  private static func words(of token: StatusReport.Token) -> String? {
    guard let name = token.name else { return nil }
    let quoted = "\"\(ShownText.line(name, limit: 40))\""
    guard let day = token.endsOn, let left = token.daysLeft else { return "\(quoted) never ends" }
    return left > 0
      ? "\(quoted) ends \(day), in \(count(left, "day"))" : "\(quoted) ended \(day)"
  }

  private static func words(of pass: StatusReport.Pass) -> String {
    var parts = ["asked \(count(pass.requests, "request"))"]
    if pass.pushes > 0 { parts.append(count(pass.pushes, "push", "pushes")) }
    if pass.builds > 0 { parts.append(count(pass.builds, "failed build")) }
    if pass.posted > 0 { parts.append("\(pass.posted) posted") }
    let tenths = (max(pass.endedAt.milliseconds - pass.startedAt.milliseconds, 0) + 50) / 100
    return
      "\(full(pass.startedAt)), \(tenths / 10).\(tenths % 10) s, exit \(pass.exitCode)\(pass.wasStopped ? ", stopped" : ""): "
      + parts.joined(separator: ", ")
  }

  private static func words(of running: StatusReport.Running) -> String {
    guard running.processID > 0 else { return "a pass is at work" }
    return "a pass is at work since \(full(running.since)), process \(running.processID)"
  }

  private static func troubles(_ report: StatusReport) -> [String] {
    var lines: [String] = []
    for trouble in report.troubles {
      let text = ShownText.line(trouble.text)
      lines += labelled("trouble", "since \(full(trouble.since)): \(text)")
    }
    return lines
  }

  private static func labelled(_ label: String, _ text: String) -> [String] {
    let indent = String(repeating: " ", count: labelWidth)
    let wrapped = wrapped(text, to: width - labelWidth)
    return wrapped.enumerated().map { index, line in
      index == 0 ? Cells.padded(label, to: labelWidth) + line : indent + line
    }
  }

  // MARK: Words

  /// Breaks a text into lines of at most a number of cells, at blanks; a longer word stays whole.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, Cells.width(line) + 1 + Cells.width(String(word)) > width {
        lines.append(line)
        line = String(word)
      } else {
        line += line.isEmpty && lines.isEmpty ? String(word) : " " + word
      }
    }
    return lines + [line]
  }

  static func full(_ moment: StatusReport.Moment) -> String { LocalTime.full(moment.milliseconds) }

  static func short(_ moment: StatusReport.Moment) -> String {
    LocalTime.short(moment.milliseconds)
  }

  static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
  }

  private static func size(_ bytes: Int) -> String {
    switch bytes {
    case ..<1000: "\(bytes) B"
    case ..<999_950: "\((bytes + 50) / 1000).\((bytes + 50) % 1000 / 100) kB"
    default: "\((bytes + 50_000) / 1_000_000).\((bytes + 50_000) % 1_000_000 / 100_000) MB"
    }
  }
}
