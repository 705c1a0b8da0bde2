internal import Changes
package import Configuration
internal import GitLab
internal import Platform

extension GitLabBridge {
  /// Examines everything that a pass depends on, and changes nothing.
  ///
  /// - Parameters:
  ///   - file: The configuration's name, as people gave it.
  ///   - remarks: What is odd about the configuration.
  ///   - sends: Whether each bot is posted a test message.
  ///   - isThorough: Whether every project is tried, not only the first of each route.
  /// - Returns: What was found, whatever it is.
  package func check(
    file: String,
    remarks: [ConfigurationFinding],
    sends: Bool,
    isThorough: Bool
  ) async -> CheckReport {
    var report = CheckReport()
    report.lines.append(
      CheckReport.Line(
        subject: "config",
        cells: [file],
        verdict: remarks.isEmpty ? "ok" : "works",
        findings: remarks.map { .remark($0.description) }
      )
    )
    let state = StateCheck(bridge: self)
    report.lines.append(state.state())
    report.lines += state.metrics().map { [$0] } ?? []
    let requester = makeRequester()
    let server = ServerCheck(bridge: self, requester: requester)
    let gitlab = await server.gitlab()
    report.lines.append(gitlab)
    if gitlab.findings.allSatisfy({ $0.exitCode == .ok }) {
      report.lines.append(await server.token())
      report.lines += await RouteCheck(
        bridge: self,
        requester: requester,
        isThorough: isThorough
      ).routes()
    }
    report.lines += await BotCheck(bridge: self).bots(sends: sends)
    return report
  }

  /// A requester without a deadline, which remembers nothing.
  func makeRequester() -> Requester {
    Requester(
      time: surroundings.time,
      jitter: surroundings.jitter,
      stop: stop,
      deadline: nil,
      requestsPerSecond: settings.requestsPerSecond,
      timeout: settings.timeout,
      holds: [:]
    )
  }
}

extension CheckReport.Finding {
  /// What a question without a usable answer amounts to.
  init(_ error: PollError) {
    switch error {
    case .failed(let error), .partly(let error):
      self.init(exitCode: error.exitCode, text: error.description)
    case .held:
      self.init(exitCode: .failed, text: "not asked: GitLab holds questions of this kind")
    case .unsteady:
      self.init(exitCode: .failed, text: "not sure: rows vanished while they were read")
    case .outOfTime:
      self.init(exitCode: .failed, text: "not asked: the check was stopped")
    }
  }
}
