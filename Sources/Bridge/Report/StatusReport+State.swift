internal import Changes
internal import Configuration

extension StatusReport {
  /// A bot of the configuration, as far as a status depends on it.
  struct KnownBot: Sendable {
    var name: String
    var keyDigest: String
    var messagesPerMinute: Int
    var timeoutMilliseconds: Int64
  }

  /// Takes over what a state says.
  ///
  /// - Parameters:
  ///   - state: As it was read.
  ///   - known: The bots of the configuration.
  ///   - now: The present time on both clocks.
  mutating func fill(from state: BridgeState, known: [KnownBot], now: SendStamp) {
    let wall = Timestamp(milliseconds: now.wall)
    gitlab.version = state.server?.version
    gitlab.unusableSince = state.alerts.outage.map { Moment($0.since) }
    self.state.watchedSince = state.began.map(Moment.init)
    lastPass = state.lastPass.map(Pass.init)
    token = state.token.map {
      Token(name: $0.name, endsOn: $0.expiresOn, daysLeft: $0.daysLeft(at: wall))
    }
    troubles = state.troubles.sorted { ($0.value.since, $0.key) < ($1.value.since, $1.key) }.map {
      Trouble(
        event: $0.key,
        since: Moment($0.value.since),
        saidAt: Moment($0.value.saidAt),
        exitCode: $0.value.exitCode,
        text: $0.value.text
      )
    }
    let gone = state.bots.keys.filter { name in !known.contains { $0.name == name } }.sorted()
    bots =
      known.map { Bot(state.bots[$0.name] ?? BotState(), known: $0, now: now) }
      + gone.compactMap { name in state.bots[name].map { Bot($0, gone: name) } }
    let behind = Set(state.sweep.behind)
    projects = state.watchedProjects.map { id in
      Project(
        id,
        state.projects[id] ?? ProjectState(path: ""),
        isBehind: behind.contains(id),
        now: wall
      )
    }.sorted { ($0.path, $0.id) < ($1.path, $1.id) }
  }
}

extension StatusReport.Moment {
  init(_ time: Timestamp) {
    self.init(time.milliseconds)
  }
}

extension StatusReport.Pass {
  init(_ pass: PassState) {
    self.init(
      startedAt: .init(pass.startedAt),
      endedAt: .init(pass.endedAt),
      exitCode: pass.exitCode,
      projects: pass.projects,
      pushes: pass.pushes,
      builds: pass.builds,
      posted: pass.posted,
      wasStopped: pass.isStopped ?? false,
      requests: pass.requests,
      requestsByKind: pass.requestsByKind
    )
  }
}

extension StatusReport.Bot {
  /// Describes a bot that is gone from the configuration.
  init(_ state: BotState, gone name: String) {
    self.init(state, name: name, isConfigured: false)
    if !state.queue.isEmpty {
      waitsFor = .configuration
    }
  }

  init(_ state: BotState, known: StatusReport.KnownBot, now: SendStamp) {
    self.init(state, name: known.name, isConfigured: true)
    guard !state.queue.isEmpty else { return }
    let retry = state.delay?.remaining(at: now, keyDigest: known.keyDigest) ?? 0
    let pace = Pace.wait(
      for: state,
      configured: known.messagesPerMinute,
      timeout: known.timeoutMilliseconds,
      now: now
    )
    nextTry = .init(now.wall + max(retry, pace))
    if let delay = state.delay, retry > 0 {
      waitsFor =
        switch delay.cause {
        case .failure: .retry
        case .rateLimit: .rateLimit
        case .refused: .operator
        }
    } else {
      waitsFor = pace > 0 ? .pace : .turn
    }
  }

  private init(_ state: BotState, name: String, isConfigured: Bool) {
    let tally = state.tally
    self.init(
      name: name,
      isConfigured: isConfigured,
      waiting: state.waiting,
      texts: state.queue.count,
      oldest: state.queue.map(\.queuedAt).min().map { .init($0) },
      waitsFor: nil,
      nextTry: nil,
      reason: state.delay?.reason,
      failingSince: state.delay.map { .init($0.since) },
      needsOperator: state.delay?.cause == .refused,
      isInDoubt: state.intent != nil,
      balance: StatusReport.Balance(
        found: tally.found,
        posted: tally.posted,
        inDigests: tally.inDigests,
        tooOld: tally.tooOld,
        keptAside: tally.keptAside,
        waiting: state.waiting,
        isBalanced: state.isBalanced
      ),
      keptAside: state.kept.map {
        StatusReport.Kept(
          at: .init($0.at),
          about: $0.item.summary,
          messages: $0.item.messageCount,
          cause: $0.cause
        )
      }
    )
  }
}

extension StatusReport.Project {
  init(_ id: Int, _ project: ProjectState, isBehind: Bool, now: Timestamp) {
    self.init(
      id: id,
      path: project.path,
      condition: ProjectCondition(project).rawValue,
      pushes: project.pushes.map {
        StatusReport.Pushes(
          newestEvent: $0.newest?.id,
          newestAt: $0.newest.map { .init($0.at) },
          doneTo: $0.floor
        )
      },
      builds: project.jobs.map { jobs in
        let cursors = [project.pipelines, project.children].compactMap(\.self)
        return StatusReport.Builds(
          listedTo: .init(jobs.readTo),
          followedTo: cursors.map(\.movedTo).max().map { .init($0) },
          knownJobs: jobs.seen.count,
          pipelinesUnderWay: cursors.reduce(0) { $0 + $1.underWay.count }
        )
      },
      busyUntil: project.busyUntil.flatMap { $0 > now ? .init($0) : nil },
      failures: project.failures ?? 0,
      restsUntil: project.notBefore.flatMap { $0 > now ? .init($0) : nil },
      isWithoutBuilds: project.isWithoutBuilds ?? false,
      isBehind: isBehind
    )
  }
}
