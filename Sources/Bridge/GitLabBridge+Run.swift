internal import Changes
internal import Configuration
internal import GitLab
internal import Platform
internal import Store

extension GitLabBridge {
  /// How long another pass may hold the lock before that is worth a word, in milliseconds.
  private static let patience: Int64 = 15 * 60_000

  /// Runs one pass under the lock of the state directory.
  ///
  /// Never throws: what went wrong is in the report, in words and as an exit code.
  package func run(observer: PassObserver = PassObserver()) async -> PassReport {
    let startedAt = Timestamp(milliseconds: surroundings.time.wallMilliseconds())
    var attempt = Attempt(startedAt: startedAt, boot: surroundings.time.bootMilliseconds())
    var report: PassReport
    do {
      report = try await run(&attempt, observer: observer)
    } catch {
      report = failure(error)
    }
    if !report.wasBusy, !attempt.isConcluded {
      writeMetrics(ofFailedPass: &report, state: attempt.keeper?.state, startedAt: startedAt)
    }
    return report
  }

  /// How far a run has come.
  private struct Attempt {
    let startedAt: Timestamp
    /// The start in boot milliseconds.
    let boot: Int64
    var keeper: StateKeeper?
    var isConcluded = false
  }

  private func run(_ attempt: inout Attempt, observer: PassObserver) async throws -> PassReport {
    let store = try StateStore.open(
      directory: configuration.stateDirectory,
      schema: BridgeState.schema,
      disk: surroundings.disk
    )
    defer { store.close() }
    if case .busy(let holder) = try store.lock(now: attempt.startedAt.milliseconds) {
      return busy(holder, now: attempt.startedAt.milliseconds)
    }
    let (keeper, recovery) = try load(store)
    attempt.keeper = keeper
    if let mismatch = try await settleIdentity(keeper) {
      return mismatch
    }
    var report = try await pass(keeper, started: attempt.boot, observer: observer).run()
    attempt.isConcluded = true
    report.sayings = recovery + report.sayings
    return report
  }

  /// Makes the pass over an opened state.
  func pass(_ keeper: StateKeeper, started: Int64, observer: PassObserver) -> Pass {
    Pass(
      settings: settings,
      keeper: keeper,
      client: client,
      mailboxes: mailboxes,
      time: surroundings.time,
      jitter: surroundings.jitter,
      stop: stop,
      observer: observer,
      started: started,
      publish: { state, troubles in
        writeMetrics(
          of: state,
          startedAt: state.lastPass?.startedAt ?? Timestamp(milliseconds: 0),
          exitCode: state.lastPass?.exitCode ?? 0,
          troubleCount: troubles.count
        )
      }
    )
  }

  /// Loads the state under the lock and says how it was recovered.
  func load(_ store: StateStore) throws -> (StateKeeper, [Saying]) {
    let stored = try store.load(rebuild: StateStore.rebuild)
    let state = try StateCoding.fold(
      checkpoint: stored.checkpoint?.bytes,
      records: stored.records
    )
    let keeper = StateKeeper(
      state: state,
      log: store,
      records: stored.records.count,
      bytes: stored.records.reduce(0) { $0 + $1.count }
    )
    switch stored.recovery {
    case .none, .tornTail:
      return (keeper, [])
    case .fromPrevious(let reason):
      try keeper.commit([.recovered])
      let text = "the state was damaged (\(reason)) and has been recovered exactly"
      return (keeper, [Saying(level: .warning, event: "state.recovered", text: text)])
    }
  }

  /// Words an error that kept a pass from running.
  func failure(_ error: any Error) -> PassReport {
    var report = PassReport()
    switch (error as? UnrecordedPost)?.reason as (any Error)? ?? error {
    case let reason as StoreError:
      report.exitCode = ExitCode(rawValue: reason.exitCode) ?? .cannotWrite
      report.sayings = [Saying(level: .error, event: "state.failed", text: "\(error)")]
    default:
      report.exitCode = .damaged
      let text = """
        the state cannot be understood: \(error); restore the whole directory from a backup, or \
        run "gitlab-wecom baseline" to go on from how GitLab stands now
        """
      report.sayings = [Saying(level: .error, event: "state.failed", text: text)]
    }
    return report
  }

  private func busy(_ holder: StateStore.Holder?, now: Int64) -> PassReport {
    var report = PassReport()
    report.wasBusy = true
    guard let holder else { return report }
    let age = now - holder.since
    guard age > Self.patience else { return report }
    report.exitCode = .busy
    let since = LocalTime.full(holder.since)
    let text = """
      another pass has been at work since \(since) (process \(holder.processID)); \
      if it hangs, stop it: nothing is lost
      """
    report.sayings = [Saying(level: .error, event: "lock.busy", text: text)]
    return report
  }

  // MARK: Identity

  /// Watched projects that are compared when GitLab's address has changed.
  private static let probeCount = 5

  /// Makes sure that the state belongs to the configured GitLab.
  ///
  /// Another address is accepted when a watched project is known there by the same id and path;
  /// single ones may have been renamed or removed since. Returns the report that ends the pass when
  /// none is, or GitLab cannot be asked.
  func settleIdentity(_ keeper: StateKeeper) async throws -> PassReport? {
    guard let known = keeper.state.gitlab, known != settings.gitlabURL else { return nil }
    var difference: String?
    for id in (keeper.state.discovery?.projects ?? []).prefix(Self.probeCount) {
      guard let path = keeper.state.projects[id]?.path else { continue }
      let answer = await stop.cancelling { await Self.answer(of: client, project: id) }
      if stop.isSet { return PassReport() }
      do throws(GitLabError) {
        let found = try answer.get()
        if found.fullPath?.lowercased() == path.lowercased() {
          difference = nil
          break
        }
        let other = Neutraliser.clean(found.fullPath ?? "?")
        difference = difference ?? "it knows project \(id) as \(other)"
      } catch {
        guard error.isAbsent else {
          return try end(
            keeper,
            Trouble(
              key: "gitlab.down",
              exitCode: error.exitCode,
              text: error.description,
              ending: "GitLab answers again: \(settings.gitlabURL)"
            )
          )
        }
        difference = difference ?? "it does not know project \(id), \(path)"
      }
    }
    if let difference {
      return try end(
        keeper,
        Trouble(
          key: "state.stranger",
          exitCode: .configuration,
          text: """
            the state belongs to another GitLab, \(known): of \(settings.gitlabURL), \(difference); \
            use another [state] directory, or run "gitlab-wecom baseline" to begin anew here
            """,
          ending: "the state belongs to \(settings.gitlabURL)"
        )
      )
    }
    try keeper.commit([.moved(gitlab: settings.gitlabURL)])
    return nil
  }

  private static func answer(
    of client: GitLabClient,
    project id: Int
  ) async -> Result<GitLab.Project, GitLabError> {
    do throws(GitLabError) {
      return .success(try await client.project(.id(Int64(id))))
    } catch {
      return .failure(error)
    }
  }

  /// Ends a pass that cannot begin, with a trouble that is said once and then daily.
  private func end(_ keeper: StateKeeper, _ trouble: Trouble) throws -> PassReport {
    let now = Timestamp(milliseconds: surroundings.time.wallMilliseconds())
    let book = TroubleBook(known: keeper.state.troubles, now: now)
    let verdict = book.compare([trouble], isComplete: false)
    try keeper.commit(verdict.entries)
    try keeper.checkpoint()
    var report = PassReport()
    report.exitCode = trouble.exitCode
    report.sayings = verdict.sayings
    report.troubles = [trouble.saying]
    return report
  }
}
