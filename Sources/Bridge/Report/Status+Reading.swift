internal import Changes
internal import Configuration
internal import Platform
internal import Store

extension GitLabBridge {
  /// Reads what the state holds, without the lock: also while a pass runs; changes nothing.
  package func status() -> StatusReport {
    let time = surroundings.time
    let now = SendStamp(
      wall: time.wallMilliseconds(),
      boot: time.bootMilliseconds(),
      bootID: time.bootID
    )
    var report = StatusReport(
      askedAt: .init(now.wall),
      gitlab: .init(url: settings.gitlabURL),
      state: .init(directory: configuration.stateDirectory)
    )
    do {
      let state = try read(into: &report)
      report.fill(from: state, known: knownBots, now: now)
    } catch {
      let failure = failure(error)
      report.exitCode = failure.exitCode
      report.failure = failure.sayings.first?.text
    }
    return report
  }

  private func read(into report: inout StatusReport) throws -> BridgeState {
    guard Files.exists(configuration.stateDirectory) else { return BridgeState() }
    let store = try StateStore.openExisting(
      directory: configuration.stateDirectory,
      schema: BridgeState.schema,
      disk: surroundings.disk
    )
    defer { store.close() }
    if let holder = store.holder() {
      report.running = .init(since: .init(holder.since), processID: Int(holder.processID))
    }
    let stored = try store.peek(rebuild: StateStore.rebuild)
    report.state.generation = stored.generation
    report.state.bytes =
      (stored.checkpoint?.bytes.count ?? 0) + stored.records.reduce(0) { $0 + $1.count }
    return try StateCoding.fold(checkpoint: stored.checkpoint?.bytes, records: stored.records)
  }

  private var knownBots: [StatusReport.KnownBot] {
    configuration.bots.map {
      StatusReport.KnownBot(
        name: $0.name,
        keyDigest: $0.keyDigest,
        messagesPerMinute: $0.messagesPerMinute,
        timeoutMilliseconds: configuration.wecom.timeout.milliseconds
      )
    }
  }
}
