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
      return busy(holder, of: store, now: attempt.startedAt.milliseconds)
    }
    let skips = store.takeSkips()
    let (keeper, recovery) = try load(store)
    attempt.keeper = keeper
    var pass = pass(keeper, started: attempt.boot, observer: observer)
    pass.skipped = skips.count
    switch try await identity(keeper) {
    case .same: break
    case .other(let mismatch): return mismatch
    // What waits is posted all the same.
    case .unknown(let error): pass.obstacle = error
    }
    var report = try await pass.run()
    attempt.isConcluded = true
    report.sayings = recovery + Self.ending(of: skips) + report.sayings
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
    let isOlder = stored.checkpoint.map { $0.schema < BridgeState.schema } ?? false
    let keeper = StateKeeper(
      state: state,
      log: store,
      records: stored.records.count,
      bytes: stored.records.reduce(0) { $0 + $1.count },
      hasNews: isOlder
    )
    if isOlder {
      // At once: no older program is to meet entries of this one behind a state that it knows.
      try keeper.checkpoint()
    }
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

  private func busy(
    _ holder: StateStore.Holder?,
    of store: StateStore,
    now: Int64
  ) -> PassReport {
    var report = PassReport()
    report.wasBusy = true
    var skips = store.skips()
    skips.count += 1
    defer { store.note(skips) }
    guard let holder, now - holder.since > Self.patience else { return report }
    report.exitCode = .busy
    let since = LocalTime.full(holder.since)
    let text = """
      another pass has been at work since \(since) (process \(holder.processID)); \
      if it hangs, stop it: nothing is lost
      """
    let saying = Saying(level: .error, event: "lock.busy", text: text)
    report.troubles = [saying]
    // Without the lock the state cannot tell whether that was said before.
    if TroubleBook.isDue(saidAt: skips.saidAt, now: now) {
      report.sayings = [saying]
      skips.saidAt = now
    }
    return report
  }

  /// That a lock is free which was said to be taken.
  private static func ending(of skips: StateStore.Skips) -> [Saying] {
    guard let saidAt = skips.saidAt else { return [] }
    let text = """
      the pass that was at work so long has ended (said \(LocalTime.full(saidAt))); meanwhile \
      \(skips.count) \(skips.count == 1 ? "pass was" : "passes were") skipped
      """
    return [Saying(level: .warning, event: "lock.busy.over", text: text)]
  }

  // MARK: Identity

  /// Watched projects that are compared when GitLab's address has changed.
  private static let probeCount = 5

  /// Whether the state belongs to the configured GitLab.
  private enum Identity {
    case same
    /// It does not: this ends the pass.
    case other(PassReport)
    /// GitLab, at a new address, cannot be asked.
    case unknown(GitLabError)
  }

  /// Makes sure that the state belongs to the configured GitLab.
  ///
  /// Returns the report that ends the work when it does not, or GitLab cannot be asked.
  func settleIdentity(_ keeper: StateKeeper) async throws -> PassReport? {
    switch try await identity(keeper) {
    case .same: nil
    case .other(let report): report
    case .unknown(let error):
      try end(
        keeper,
        Trouble(
          key: "gitlab.down",
          exitCode: error.exitCode,
          text: error.description,
          ending: "GitLab answers again: \(settings.gitlabURL)"
        )
      )
    }
  }

  /// Asks a GitLab of another address whether it is the one that the state belongs to.
  ///
  /// It is when a watched project is known there by the same id and path; single ones may have been
  /// renamed or removed since.
  private func identity(_ keeper: StateKeeper) async throws -> Identity {
    guard let known = keeper.state.gitlab, known != settings.gitlabURL else { return .same }
    var difference: String?
    for id in (keeper.state.discovery?.projects ?? []).prefix(Self.probeCount) {
      guard let path = keeper.state.projects[id]?.path else { continue }
      let answer = await stop.cancelling { await Self.answer(of: client, project: id) }
      if stop.isSet { return .other(PassReport()) }
      do throws(GitLabError) {
        let found = try answer.get()
        if found.fullPath?.lowercased() == path.lowercased() {
          difference = nil
          break
        }
        let other = Neutraliser.clean(found.fullPath ?? "?")
        difference = difference ?? "it knows project \(id) as \(other)"
      } catch {
        guard error.isAbsent || error.isAboutProject else { return .unknown(error) }
        difference = difference ?? "it does not know project \(id), \(path)"
      }
    }
    if let difference {
      let stranger = Trouble(
        key: "state.stranger",
        exitCode: .configuration,
        text: """
          the state belongs to another GitLab, \(known): of \(settings.gitlabURL), \(difference); \
          use another [state] directory, or run "gitlab-wecom baseline" to begin anew here
          """,
        ending: "the state belongs to \(settings.gitlabURL)"
      )
      return .other(try end(keeper, stranger))
    }
    try keeper.commit([.moved(gitlab: settings.gitlabURL)])
    return .same
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
