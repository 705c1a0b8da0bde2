import DaySupport
import Platform

/// A day of passes over a simulated GitLab, on a virtual clock and without sockets.
extension Session {
  func takeDay() async throws {
    let scale = DayScale(seed: options.seed, projects: 1000, activeProjects: 50, hours: 24)
    let folder = try Scratch.folder()
    defer { Scratch.remove(folder) }
    let start = SystemTime().bootMilliseconds()
    let day = DayRun(scale, stateDirectory: folder + "/state")
    let report = await day.run { say("day, hour \($0) …") }
    let seconds = Double(SystemTime().bootMilliseconds() - start) / 1000
    addCosts(report, scale: scale)
    for kind in DayReport.Class.allCases { addDelays(kind, of: report) }
    let name = "a day over \(scale.projects) projects, seed \(scale.seed)"
    for (what, texts) in [("lost", report.lost), ("told twice", report.doubled)] {
      add(
        Figure(
          name: "\(name), \(what)",
          unit: "",
          ours: Spread([Double(texts.count)]),
          target: .atMost(0)
        )
      )
      for text in texts.prefix(10) { remark("\(what): \(text)") }
    }
    for delay in report.late.prefix(10) {
      remark("told only after \(delay.untilPass / 1000) s: \(delay.subject)")
    }
    for text in Set(report.complaints).sorted().prefix(10) { remark("a pass said: \(text)") }
    add(Figure(name: "\(name), run time", unit: "s", ours: Spread([seconds]), target: .none))
    if let peak = try Self.peakMemory() {
      let what = "\(name), peak memory with the simulated GitLab"
      add(Figure(name: what, unit: "MB", ours: Spread([peak]), target: .none))
    }
    remark(
      "the day: a bot for every 250 projects, each at 18 messages a minute, no digests; delays count "
        + "from the moment that GitLab shows the row"
    )
  }

  private func addCosts(_ report: DayReport, scale: DayScale) {
    let active = report.passes.filter(\.hasNews).map(\.requests)
    let idle = report.passes.filter { !$0.hasNews }.map(\.requests)
    let name = "N = \(scale.projects), \(scale.activeProjects) active in a day"
    add("\(name), all passes", report.passes.map(\.requests))
    add("\(name), without news", idle)
    add("\(name), with news", active)
  }

  private func addDelays(_ kind: DayReport.Class, of report: DayReport) {
    let delays = report.delays.filter { $0.kind == kind }
    guard !delays.isEmpty else { return remark("no \(kind.rawValue) in this day") }
    let passes = delays.map { Double($0.untilPass) / 1000 }.sorted()
    let posts = delays.map { Double($0.untilPost) / 1000 }.sorted()
    let name = "\(delays.count) \(kind.rawValue)"
    for (what, values, bound) in [
      ("the pass", passes, Double(kind.bound)), ("the post", posts, nil),
    ] as [(String, [Double], Double?)] {
      let mean = values.reduce(0, +) / Double(values.count)
      let most = values[values.count - 1]
      let late = values[values.count * 99 / 100]
      add(
        Figure(
          name: "\(name), until \(what): longest; mean \(mean.short), 99 % in \(late.short)",
          unit: "s",
          ours: Spread([most]),
          target: bound.map { .atMost($0) } ?? .none
        )
      )
    }
  }

  /// The most memory that this process has had, in megabytes; nil where the system does not tell.
  private static func peakMemory() throws -> Double? {
    let bytes = try Files.read("/proc/self/status", limit: 1 << 16).bytes
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let fields = lines.first { $0.hasPrefix("VmHWM:") }?.split { $0 == " " || $0 == "\t" }
    guard let fields, fields.count > 1, let kilobytes = Double(fields[1]) else { return nil }
    return kilobytes * 1024 / 1e6
  }
}
