internal import Changes
internal import Configuration
internal import Platform
internal import Store

extension GitLabBridge {
  /// Writes the metrics of a pass to the file of `[metrics]`, if there is one.
  ///
  /// - Returns: What kept it from being written, which is a warning and never more.
  func writeMetrics(
    of state: BridgeState?,
    startedAt: Timestamp,
    exitCode: Int,
    troubleCount: Int
  ) -> Trouble? {
    guard let path = configuration.metricsFile else { return nil }
    let metrics = Metrics(
      state: state,
      startedAt: startedAt,
      endedAt: Timestamp(milliseconds: surroundings.time.wallMilliseconds()),
      exitCode: exitCode,
      troubleCount: troubleCount,
      bots: configuration.bots.map(\.name),
      stateBytes: Files.size("\(configuration.stateDirectory)/\(StateStore.stateName)"),
      version: surroundings.version
    )
    do throws(StoreError) {
      try FileReplacement.write(path: path, bytes: Array(metrics.text.utf8), mode: 0o644)
      return nil
    } catch {
      return Self.metricsTrouble(path, error.reason)
    }
  }

  /// That the metrics cannot be written.
  static func metricsTrouble(_ path: String, _ reason: String) -> Trouble {
    Trouble(
      key: "metrics.failing",
      exitCode: .ok,
      text: """
        the metrics cannot be written: \"\(ShownText.line(path))\": \(reason)
          see [metrics] file: its folder must exist, and this user must have the right to write there
        """,
      ending: "the metrics are written again"
    )
  }

  /// Writes the metrics of a pass that did not come to its end.
  ///
  /// The report gets a warning where they cannot be written. Without a state, what can be read without the lock is written.
  func writeMetrics(
    ofFailedPass report: inout PassReport,
    state: BridgeState?,
    startedAt: Timestamp
  ) {
    guard configuration.metricsFile != nil else { return }
    let trouble = writeMetrics(
      of: state ?? (try? peek()),
      startedAt: startedAt,
      exitCode: Int(report.exitCode.rawValue),
      troubleCount: 1
    )
    if let trouble {
      report.sayings.append(trouble.saying)
    }
  }
}

extension StoreError {
  /// The system's own words, without ours about the state.
  fileprivate var reason: String {
    switch self {
    case .cannotCreate(_, let code), .cannotWrite(_, let code), .cannotRead(_, let code):
      SystemError(code).description
    default:
      description
    }
  }
}
