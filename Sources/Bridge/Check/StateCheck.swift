internal import Changes
internal import Configuration
internal import Platform
internal import Store

/// Examines where the state and the metrics are kept, and changes nothing.
struct StateCheck: Sendable {
  let bridge: GitLabBridge

  private var directory: String { bridge.configuration.stateDirectory }

  /// Returns a line for the state directory.
  func state() -> CheckReport.Line {
    var line = CheckReport.Line(subject: "state", cells: [directory], verdict: "ok")
    do {
      if Files.exists(directory) {
        let last = try bridge.peek().lastPass?.endedAt
        line.cells.append(
          last.map { "last pass \(LocalTime.full($0.milliseconds))" } ?? "no pass yet"
        )
        for path in [directory, "\(directory)/\(StateStore.stateName)"] where Files.exists(path) {
          if let obstacle = Files.writingObstacle(path) {
            throw StoreError.cannotWrite(path: path, code: obstacle.code)
          }
        }
      } else {
        if let obstacle = Files.writingObstacle(Self.folder(of: directory)) {
          throw StoreError.cannotCreate(path: directory, code: obstacle.code)
        }
        line.cells.append("not there yet: the first pass makes it")
      }
    } catch {
      let failure = bridge.failure(error)
      line.verdict = "failed"
      line.findings = failure.sayings.map {
        CheckReport.Finding(exitCode: failure.exitCode, text: $0.text)
      }
    }
    return line
  }

  /// Returns a line for the metrics file, where there is to be one.
  func metrics() -> CheckReport.Line? {
    guard let path = bridge.configuration.metricsFile else { return nil }
    var line = CheckReport.Line(subject: "metrics", cells: [path], verdict: "ok")
    if let obstacle = Files.writingObstacle(Self.folder(of: path)) {
      line.verdict = "not written"
      line.findings = [.remark(GitLabBridge.metricsTrouble(path, obstacle.description).text)]
    }
    return line
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
