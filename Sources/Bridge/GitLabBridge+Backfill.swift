internal import Changes
internal import Configuration
internal import GitLab
internal import Platform
internal import Store

extension GitLabBridge {
  /// Tells what happened in a span and was not told: from before the watch, too old, kept aside.
  ///
  /// Waits for the lock. First asks GitLab as every pass does, so that what a later pass would tell
  /// is not told twice. `max_age` and the deadline do not apply, `digest_above` does.
  package func backfill(
    _ request: BackfillRequest,
    observer: PassObserver = PassObserver()
  ) async -> BackfillReport {
    var bridge = self
    bridge.settings.deadlineMilliseconds = nil
    do {
      if request.isDryRun {
        let keeper = StateKeeper(state: try peek(), log: NoLog())
        return try await bridge.collect(request, keeper: keeper, observer: observer)
      }
      guard
        let collected = try await bridge.locked({ keeper, recovery in
          if let mismatch = try await bridge.settleIdentity(keeper) {
            return BackfillReport(mismatch)
          }
          var report = try await bridge.collect(request, keeper: keeper, observer: observer)
          report.sayings = recovery + report.sayings
          return report
        })
      else { return .stopped }
      return try await bridge.post(after: collected, observer: observer)
    } catch {
      return BackfillReport(failure(error))
    }
  }

  /// Posts what waits, and asks GitLab now and then, for with the pace it may take hours.
  private func post(
    after collected: BackfillReport,
    observer: PassObserver
  ) async throws -> BackfillReport {
    var report = collected
    var isFirst = true
    while !stop.isSet {
      let slice = try await locked { keeper, _ in
        if !isFirst {
          try await ask(keeper)
        }
        return try await postSlice(keeper, observer: observer)
      }
      guard let slice else { break }
      isFirst = false
      report.posting.add(slice)
      guard slice.posting.waiting.contains(where: { $0.reason == nil }) else {
        report.sayings += slice.sayings
        report.exitCode = .first(of: [report.exitCode, slice.exitCode])
        break
      }
    }
    report.sayings += report.posting.sayings
    if !report.posting.sayings.isEmpty {
      report.exitCode = .first(of: [report.exitCode, .failed])
    }
    return report
  }

  /// Makes the part of a pass that asks, in the place of the passes that find the lock taken.
  private func ask(_ keeper: StateKeeper) async throws {
    var asking = pass(
      keeper,
      started: surroundings.time.bootMilliseconds(),
      observer: PassObserver()
    )
    asking.posts = false
    asking.settings.deadlineMilliseconds = Self.slice
    _ = try await asking.run()
  }

  /// Does something with the state under the lock, and gives the lock back.
  ///
  /// Returns nil when told to stop before the lock was to be had.
  private func locked<Result>(
    _ body: (_ keeper: StateKeeper, _ recovery: [Saying]) async throws -> Result
  ) async throws -> Result? {
    let store = try StateStore.open(
      directory: configuration.stateDirectory,
      schema: BridgeState.schema,
      disk: surroundings.disk
    )
    defer { store.close() }
    guard try await waitForLock(store) else { return nil }
    let (keeper, recovery) = try load(store)
    return try await body(keeper, recovery)
  }

  /// Takes the lock, waiting for as long as another pass has it; returns false when told to stop.
  func waitForLock(_ store: StateStore) async throws -> Bool {
    let time = surroundings.time
    while case .busy = try store.lock(now: time.wallMilliseconds()) {
      await stop.sleep(milliseconds: 500, on: time)
      guard !stop.isSet else { return false }
    }
    return true
  }

  /// Asks GitLab what happened in the span and queues what was not told.
  private func collect(
    _ request: BackfillRequest,
    keeper: StateKeeper,
    observer: PassObserver
  ) async throws -> BackfillReport {
    var report = BackfillReport()
    let time = surroundings.time
    var asking = pass(keeper, started: time.bootMilliseconds(), observer: PassObserver())
    asking.posts = false
    if request.isDryRun {
      asking.publish = { _, _ in nil }
    }
    let asked = try await asking.run()
    report.sayings += asked.sayings
    guard asked.exitCode == .ok || asked.exitCode == .failed, !stop.isSet else {
      report.exitCode = asked.exitCode == .ok ? .failed : asked.exitCode
      return report
    }
    let chosen = try choose(request.projects, in: keeper.state, into: &report)
    let readings = await read(chosen, request: request, state: keeper.state, observer: observer)
    report.projects = readings.count
    note(readings, in: &report)
    let composition = compose(readings, request: request, state: keeper.state)
    report.news = composition.news
    report.messages = composition.messages.map {
      PreviewReport.Message(bot: $0.bot, content: $0.item.content, waits: false)
    }
    guard !request.isDryRun else { return report }
    var entries: [Entry] = []
    var rest = composition.messages[...]
    while !rest.isEmpty {
      let chunk = Array(rest.prefix(Intake.messagesPerRecord))
      entries.append(.found(messages: chunk, tooOld: [:]))
      rest = rest.dropFirst(chunk.count)
    }
    try keeper.commit(entries)
    try keeper.checkpoint()
    return report
  }

  /// How long the lock is held for posting at a time, in milliseconds.
  private static let slice: Int64 = 40_000

  private func postSlice(
    _ keeper: StateKeeper,
    observer: PassObserver
  ) async throws -> BackfillReport {
    var report = BackfillReport()
    let boot = surroundings.time.bootMilliseconds()
    let pass = pass(keeper, started: boot, observer: observer)
    let delivery = try await pass.courier(isPatient: true).deliver(until: boot + Self.slice)
    report.posting.add(delivery)
    report.posting.note(delivery.waiting)
    let troubles = pass.deliveryTroubles(delivery)
    report.sayings = troubles.map(\.saying) + keeper.rescueSayings
    let breaches = try Balance.settle(keeper)
    report.sayings += breaches.map {
      Saying(level: .error, event: "balance.\($0.bot)", text: $0.description)
    }
    report.exitCode = .first(
      of: troubles.map(\.exitCode) + (breaches.isEmpty ? [] : [.bug])
        + (delivery.keptAside.isEmpty ? [] : [.failed])
    )
    try keeper.checkpoint()
    return report
  }

  // MARK: Choosing, reading, composing

  private func choose(
    _ wanted: [String],
    in state: BridgeState,
    into report: inout BackfillReport
  ) throws -> [Int] {
    let all = state.discovery?.projects ?? []
    guard !wanted.isEmpty else { return all }
    var chosen: [Int] = []
    for text in wanted {
      let found = all.filter {
        String($0) == text || state.projects[$0]?.path.lowercased() == text.lowercased()
      }
      if found.isEmpty {
        report.exitCode = .failed
        let text = "no route watches \"\(Neutraliser.clean(text))\"; check the path"
        report.sayings.append(Saying(level: .error, event: "backfill.unknown", text: text))
      }
      chosen += found
    }
    return chosen
  }

  private func read(
    _ projects: [Int],
    request: BackfillRequest,
    state: BridgeState,
    observer: PassObserver
  ) async -> [ProjectReading] {
    let since = Timestamp(milliseconds: request.since)
    let time = surroundings.time
    let watch = Watch(routes: settings.routes, aliases: state.discovery?.aliases ?? [:])
    let version = GitLabVersion(state.server?.version ?? "")
    let reader = BackfillReader(
      reader: ProjectReader(
        client: client,
        requester: Requester(
          time: time,
          jitter: surroundings.jitter,
          stop: stop,
          deadline: nil,
          requestsPerSecond: settings.requestsPerSecond,
          timeout: settings.timeout,
          holds: [:]
        ),
        listsChildren: version >= GitLabVersion(major: 17, minor: 0),
        began: since,
        now: Timestamp(milliseconds: time.wallMilliseconds()),
        sweptTo: nil,
        watch: watch,
        ageLimit: .none
      ),
      since: since,
      until: Timestamp(milliseconds: request.until)
    )
    return await stop.cancelling {
      await readAll(projects, with: reader, watch: watch, state: state, observer: observer)
    }
  }

  private func readAll(
    _ projects: [Int],
    with reader: BackfillReader,
    watch: Watch,
    state: BridgeState,
    observer: PassObserver
  ) async -> [ProjectReading] {
    await withTaskGroup(of: ProjectReading.self) { group in
      var waiting = projects.makeIterator()
      var readings: [ProjectReading] = []
      func next() {
        guard !stop.isSet, let id = waiting.next() else { return }
        var project = state.projects[id] ?? ProjectState(path: "")
        project.firstSight = nil
        let kinds = watch.events(of: id, path: project.path)
        group.addTask { await reader.read(id, state: project, kinds: kinds) }
      }
      for _ in 0..<max(settings.concurrency, 1) {
        next()
      }
      while let reading = await group.next() {
        readings.append(reading)
        observer.polled(readings.count, projects.count)
        next()
      }
      return readings.sorted { $0.id < $1.id }
    }
  }

  private func note(_ readings: [ProjectReading], in report: inout BackfillReport) {
    for reading in readings {
      guard let error = reading.error else { continue }
      report.exitCode = .failed
      let reason =
        switch error {
        case .failed(let error), .partly(let error): error.description
        case .held: "GitLab's rate limit is reached"
        case .unsteady: "rows vanished while they were read"
        case .outOfTime: "stopped"
        }
      let text = "\(reading.state.path) was not read to its end: \(reason); run the backfill again"
      report.sayings.append(Saying(level: .error, event: "backfill.failed", text: text))
    }
  }

  private func compose(
    _ readings: [ProjectReading],
    request: BackfillRequest,
    state: BridgeState
  ) -> (messages: [Entry.NewMessage], news: Int) {
    let composition = Composer(
      watch: Watch(routes: settings.routes, aliases: state.discovery?.aliases ?? [:]),
      neutraliser: Neutraliser(gitlabURL: settings.gitlabURL),
      ageLimit: .none,
      now: Timestamp(milliseconds: surroundings.time.wallMilliseconds())
    ).compose(readings, firstItem: state.nextItem)
    var next = state.nextItem
    let messages = composition.messages.compactMap { message -> Entry.NewMessage? in
      guard let subject = message.item.subject,
        request.isForced || !state.wasTold(subject, to: message.bot)
      else { return nil }
      var message = message
      message.item.id = next
      next += 1
      return message
    }
    return (messages, composition.pushCount + composition.buildCount)
  }
}

/// A log that keeps nothing, for a dry run.
private final class NoLog: EntryLog {
  func append(_ records: some Collection<[UInt8]>, durably: Bool) -> Int { 0 }

  func reserve(records: Int, bytes: Int) {}

  func checkpoint(_ bytes: [UInt8]) {}

  func rescue(_ bytes: [UInt8]) {}
}

extension BridgeState {
  /// Whether a bot has been told of something, or will be by what waits.
  func wasTold(_ subject: Subject, to bot: String) -> Bool {
    guard let state = bots[bot] else { return false }
    let key = subject.key
    let isKept = state.kept.contains {
      $0.item.subject?.key == key || $0.item.members?.contains(key) ?? false
    }
    if isKept || state.skipped.contains(key) {
      return false
    }
    if let isTold = state.told.contains(key, at: subject.at) {
      return isTold
    }
    // Longer ago than the log reaches: all that came after the first sight was told.
    guard let project = projects[Int(subject.projectID)] else { return false }
    switch subject.kind {
    case .push: return project.firstSight.map { subject.at >= $0 } ?? false
    case .build: return project.jobs.map { subject.at >= $0.began } ?? false
    }
  }
}
