internal import Changes
internal import Configuration
internal import GitLab
internal import Platform
internal import Store

/// What a pass would post, found out without changing anything.
package struct PreviewReport: Sendable, Equatable {
  package var exitCode: ExitCode = .ok
  package var sayings: [Saying] = []
  /// Projects that the routes select.
  package var projects = 0
  /// Whether there is no state yet, so that a pass would begin the watch and post nothing.
  package var isFirst = false
  /// What would be posted, in order.
  package var messages: [Message] = []

  /// A text for one bot.
  package struct Message: Sendable, Equatable {
    package var bot: String
    package var content: String
    /// Whether it waits already, or was found just now.
    package var waits: Bool
  }
}

extension GitLabBridge {
  /// Asks GitLab as a pass would, and tells what the pass would post; nothing is changed.
  package func preview(observer: PassObserver = PassObserver()) async -> PreviewReport {
    var report = PreviewReport()
    do {
      let state = try peek()
      report.isFirst = state.began == nil
      report.messages = waiting(in: state)
      let time = surroundings.time
      let now = Timestamp(milliseconds: time.wallMilliseconds())
      let requester = Requester(
        time: time,
        jitter: surroundings.jitter,
        stop: stop,
        deadline: nil,
        requestsPerSecond: settings.requestsPerSecond,
        timeout: settings.timeout,
        holds: state.endpointHolds
      )
      let poll = await Poller(
        client: client,
        requester: requester,
        routes: settings.routes,
        width: settings.concurrency,
        ageLimit: AgeLimit(milliseconds: settings.maxAgeMilliseconds),
        now: now,
        stop: stop,
        progress: observer.polled
      ).poll(state, selectors: settings.selectors)
      let discovery = poll.discovery?.state ?? state.discovery
      report.projects = discovery?.projects.count ?? 0
      let composition = Composer(
        watch: Watch(routes: settings.routes, aliases: discovery?.aliases ?? [:]),
        neutraliser: Neutraliser(gitlabURL: settings.gitlabURL),
        ageLimit: AgeLimit(milliseconds: settings.maxAgeMilliseconds),
        now: now
      ).compose(poll.readings, firstItem: state.nextItem)
      report.messages += composition.messages.map {
        PreviewReport.Message(bot: $0.bot, content: $0.item.content, waits: false)
      }
      note(poll, findings: requester.findings, in: &report)
    } catch {
      let failure = failure(error)
      report.exitCode = failure.exitCode
      report.sayings = failure.sayings
    }
    return report
  }

  /// Reads the state without the lock; a missing one is an empty one.
  func peek() throws -> BridgeState {
    guard Files.exists(configuration.stateDirectory) else { return BridgeState() }
    let store = try StateStore.openExisting(
      directory: configuration.stateDirectory,
      schema: BridgeState.schema,
      disk: surroundings.disk
    )
    defer { store.close() }
    let stored = try store.peek(rebuild: StateStore.rebuild)
    return try StateCoding.fold(checkpoint: stored.checkpoint?.bytes, records: stored.records)
  }

  private func waiting(in state: BridgeState) -> [PreviewReport.Message] {
    configuration.bots.flatMap { bot in
      (state.bots[bot.name]?.queue ?? []).map {
        PreviewReport.Message(bot: bot.name, content: $0.content, waits: true)
      }
    }
  }

  private func note(
    _ poll: Poller.Report,
    findings: Requester.Findings,
    in report: inout PreviewReport
  ) {
    var errors = findings.ending.map { [$0] } ?? []
    if errors.isEmpty {
      errors = poll.readings.compactMap {
        if case .failed(let error) = $0.error { error } else { nil }
      }
    }
    if errors.isEmpty, case .failed(let error) = poll.error {
      errors = [error]
    }
    report.exitCode = .first(of: errors.map(\.exitCode))
    report.sayings += errors.map {
      Saying(level: .error, event: "gitlab.failed", text: $0.description)
    }
  }
}
