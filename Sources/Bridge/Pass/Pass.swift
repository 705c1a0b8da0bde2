internal import Changes
internal import GitLab
internal import Platform

/// One pass over an opened state: post, ask, compare, write, post, write.
///
/// GitLab being down never stops posting and WeCom being down never stops asking: the two phases
/// share nothing but the state and the deadline.
struct Pass {
  /// The part of the deadline that is kept for posting after the asking, in milliseconds.
  private static let postingReserve: Int64 = 3000
  /// The time that the last post of a pass has for its answer, in milliseconds.
  private static let lastPost: Int64 = 2000
  /// How long a project is remembered that no route selects, in milliseconds.
  private static let unselectedMemory: Int64 = 30 * 86_400_000
  /// Messages of one journal record.
  static let messagesPerRecord = 100

  var settings: PassSettings
  let keeper: StateKeeper
  let client: GitLabClient
  let mailboxes: [Mailbox]
  let time: any TimeSource
  let jitter: @Sendable () -> Double
  let stop: StopFlag
  let observer: PassObserver
  /// When the process began its work, in boot milliseconds: the deadline counts from here.
  let started: Int64
  /// Whether what waits is posted; if not, the pass only asks.
  var posts = true
  /// What keeps GitLab from being asked at all in this pass.
  var obstacle: GitLabError?
  /// Passes before this one that found the lock taken.
  var skipped = 0
  /// Publishes how a pass has come to its end; returns what kept that from being done.
  var publish: @Sendable (_ state: BridgeState, _ troubles: [Trouble]) -> Trouble? = { _, _ in nil }

  /// Runs the pass to its end.
  ///
  /// - Throws: `StoreError` when the state could not be written; nothing was posted after that.
  func run() async throws -> PassReport {
    let boot = started
    let now = Timestamp(milliseconds: time.wallMilliseconds())
    // The last post may need its grace beyond the end of a phase.
    let grace = settings.deadlineMilliseconds.map { min($0 / 10, Self.lastPost) } ?? 0
    let end = settings.deadlineMilliseconds.map { boot + $0 - grace }
    var report = PassReport()
    var troubles: [Trouble] = []
    var posting: Int64 = 0

    if posts {
      let end = settings.deadlineMilliseconds.map { boot + $0 / 2 }
      report.add(try await courier(isPatient: false, grace: grace).deliver(until: end))
      posting = time.bootMilliseconds() - boot
    }

    let asked = time.bootMilliseconds()
    let requester = Requester(
      time: time,
      jitter: jitter,
      stop: stop,
      deadline: settings.deadlineMilliseconds.map {
        boot + $0 - min($0 / 10, Self.postingReserve)
      },
      requestsPerSecond: settings.requestsPerSecond,
      timeout: settings.timeout,
      holds: keeper.state.endpointHolds
    )
    let poll =
      if let obstacle {
        Poller.Report(sweep: keeper.state.sweep, error: .failed(obstacle))
      } else {
        await poller(requester, now: now).poll(keeper.state, selectors: settings.selectors)
      }
    let findings = requester.findings
    let asking = time.bootMilliseconds() - asked
    let condition = condition(poll, findings: findings)
    if posts {
      // That GitLab is back comes before the news that this brings.
      _ = try queueAlerts(condition, now: now)
    }
    try commit(poll, findings: findings, now: now, into: &report)
    report.sayings += skippedRows(findings.skippedRows)
    report.requests = Dictionary(
      uniqueKeysWithValues: findings.requests.map { ($0.key.rawValue, $0.value) }
    )
    if condition == .answers, try await askToken(until: end, now: now) {
      report.requests["token", default: 0] += 1
    }
    troubles += pollTroubles(poll, findings: findings, now: now)
    troubles += tokenTroubles(now: now)

    let posted = time.bootMilliseconds()
    if posts {
      let delivery = try await courier(isPatient: true, grace: grace).deliver(until: end)
      report.add(delivery)
      report.note(delivery.waiting)
      troubles += deliveryTroubles(delivery)
      if try queueAlerts(condition, now: now) {
        report.add(try await courier(isPatient: false, grace: grace).deliver(until: end))
      }
    }
    troubles += try settleBalance()
    posting += time.bootMilliseconds() - posted

    try conclude(&report, troubles: troubles, poll: poll, took: (asking, posting), now: now)
    report.milliseconds = time.bootMilliseconds() - boot
    return report
  }

  // MARK: Pieces

  private func poller(_ requester: Requester, now: Timestamp) -> Poller {
    Poller(
      client: client,
      requester: requester,
      routes: settings.routes,
      width: settings.concurrency,
      ageLimit: AgeLimit(milliseconds: settings.maxAgeMilliseconds),
      now: now,
      stop: stop,
      progress: observer.polled
    )
  }

  func courier(isPatient: Bool, grace: Int64 = 0) -> Courier {
    Courier(
      keeper: keeper,
      mailboxes: mailboxes,
      settings: DeliverySettings(
        digestAbove: settings.digestAbove,
        maxAgeMilliseconds: settings.maxAgeMilliseconds,
        isPatient: isPatient,
        graceMilliseconds: grace,
        neutraliser: Neutraliser(gitlabURL: settings.gitlabURL),
        formatTime: { LocalTime.short($0.milliseconds) }
      ),
      time: time,
      jitter: jitter,
      stop: stop,
      observe: observer.delivered
    )
  }

  // MARK: The one durable write

  /// Writes the new cursors and the messages that they gave, as one group.
  private func commit(
    _ poll: Poller.Report,
    findings: Requester.Findings,
    now: Timestamp,
    into report: inout PassReport
  ) throws {
    var entries: [Entry] = []
    if keeper.state.began == nil, let began = poll.began, poll.discovery != nil {
      entries.append(.began(gitlab: settings.gitlabURL, at: began))
      report.isFirst = true
    }
    if let server = poll.server {
      entries.append(.server(server))
    }
    if let discovery = poll.discovery {
      entries.append(.discovered(discovery.state, newcomers: discovery.newcomers))
    } else if let search = poll.search {
      entries.append(.searched(search))
    }
    for (kind, until) in findings.holds.sorted(by: { $0.key.rawValue < $1.key.rawValue })
    where keeper.state.holds[kind.rawValue] != until {
      entries.append(.held(kind: kind.rawValue, until: until))
    }
    entries += selectionEntries(poll, now: now)
    let isRefresh = entries.allSatisfy { $0.isRefresh(of: keeper.state) }
    let readings = readingEntries(poll, now: now, into: &report)
    // What GitLab only confirmed is worth no sync: losing it costs requests.
    try keeper.commit(entries + readings, durably: !(isRefresh && readings.isEmpty))
  }

  /// Notes which remembered projects no route selects any more, and forgets them after a while.
  ///
  /// A listing that left one out by mistake, or a route that comes back, goes on where it was.
  private func selectionEntries(_ poll: Poller.Report, now: Timestamp) -> [Entry] {
    guard let discovery = poll.discovery?.state else { return [] }
    let selected = Set(discovery.projects)
    var entries: [Entry] = []
    var forgotten: [Int] = []
    for (id, project) in keeper.state.projects.sorted(by: { $0.key < $1.key }) {
      let isSelected = selected.contains(id)
      guard isSelected || project.unselectedSince != nil else {
        var project = project
        project.unselectedSince = now
        entries.append(.polled(project: id, state: project))
        continue
      }
      guard let since = project.unselectedSince else { continue }
      if isSelected {
        var project = project
        project.unselectedSince = nil
        entries.append(.polled(project: id, state: project))
      } else if now.milliseconds - since.milliseconds > Self.unselectedMemory {
        forgotten.append(id)
      }
    }
    return entries + (forgotten.isEmpty ? [] : [.dropped(projects: forgotten)])
  }

  private func readingEntries(
    _ poll: Poller.Report,
    now: Timestamp,
    into report: inout PassReport
  ) -> [Entry] {
    let newcomers = Dictionary(
      (poll.discovery?.newcomers ?? []).map { ($0.id, $0) }
    ) { first, _ in first }
    var entries: [Entry] = []
    for reading in poll.readings {
      var before = keeper.state.projects[reading.id]
      if let newcomer = newcomers[reading.id] {
        var project = before ?? ProjectState(path: newcomer.path)
        project.apply(newcomer)
        before = project
      }
      let after = reading.stateAfterPass(now: now)
      if after != before {
        entries.append(.polled(project: reading.id, state: after))
      }
    }
    let aliases = poll.discovery?.state.aliases ?? keeper.state.discovery?.aliases ?? [:]
    let composer = Composer(
      watch: Watch(routes: settings.routes, aliases: aliases),
      neutraliser: Neutraliser(gitlabURL: settings.gitlabURL),
      ageLimit: AgeLimit(milliseconds: settings.maxAgeMilliseconds),
      now: now
    )
    let composition = composer.compose(poll.readings, firstItem: keeper.state.nextItem)
    // A backfill may have told what this pass finds.
    let messages = composition.messages.filter { message in
      guard let subject = message.item.subject else { return true }
      return keeper.state.bots[message.bot]?.told.contains(subject.key, at: subject.at) != true
    }
    report.pushes = composition.pushCount
    report.builds = composition.buildCount
    report.tooOld = composition.tooOld.values.reduce(0) { $0 + $1.count }
    var rest = messages[...]
    while !rest.isEmpty {
      entries.append(.found(messages: Array(rest.prefix(Self.messagesPerRecord)), tooOld: [:]))
      rest = rest.dropFirst(Self.messagesPerRecord)
    }
    if !composition.tooOld.isEmpty {
      entries.append(.found(messages: [], tooOld: composition.tooOld))
    }
    return entries
  }

  // MARK: The end

  private func settleBalance() throws -> [Trouble] {
    try Balance.settle(keeper).map { breach in
      Trouble(
        key: "balance.\(breach.bot)",
        exitCode: .bug,
        text: breach.description,
        ending: "the count of bot \"\(breach.bot)\" balances again"
      )
    }
  }

  private func conclude(
    _ report: inout PassReport,
    troubles: [Trouble],
    poll: Poller.Report,
    took: (asking: Int64, posting: Int64),
    now: Timestamp
  ) throws {
    report.projects = keeper.state.discovery?.projects.count ?? 0
    report.asked = poll.dueCount
    if report.isFirst {
      report.sayings.append(firstSaying(report.projects))
    }
    let isKept = report.sayings.contains { $0.event == "bot.kept" }
    report.exitCode = .first(of: troubles.map(\.exitCode) + (isKept ? [.failed] : []))
    try keeper.commit(
      [
        .passed(
          PassState(
            startedAt: now,
            endedAt: Timestamp(milliseconds: time.wallMilliseconds()),
            exitCode: Int(report.exitCode.rawValue),
            projects: report.projects,
            pushes: report.pushes,
            builds: report.builds,
            posted: report.posted,
            isStopped: stop.isSet ? true : nil,
            requestsByKind: report.requests,
            asking: took.asking,
            posting: took.posting,
            clockDifference: poll.clockDifference ?? keeper.state.lastPass?.clockDifference,
            allowedRequests: poll.allowedRequests,
            skipped: skipped > 0 ? skipped : nil
          ),
          sweep: poll.sweep
        )
      ],
      durably: false
    )
    let all = troubles + (publish(keeper.state, troubles).map { [$0] } ?? [])
    let book = TroubleBook(known: keeper.state.troubles, now: now)
    let verdict = book.compare(all, isComplete: posts && !stop.isSet)
    report.sayings += verdict.sayings
    report.sayings += keeper.rescueSayings
    report.troubles = all.map(\.saying)
    try keeper.commit(verdict.entries)
    try keeper.checkpoint()
  }

  /// What the log says of rows that GitLab's lists held and nobody could use.
  private func skippedRows(_ counts: [EndpointKind: Int]) -> [Saying] {
    guard !counts.isEmpty else { return [] }
    let places = counts.map { "\($0.key.rawValue) \($0.value)" }.sorted()
    let text =
      "rows without an id in GitLab's lists were skipped: " + places.joined(separator: ", ")
    return [Saying(level: .notice, event: "gitlab.rows", text: text)]
  }

  private func firstSaying(_ count: Int) -> Saying {
    Saying(
      level: .warning,
      event: "watch.began",
      text: """
        watching \(count) \(count == 1 ? "project" : "projects") from now on; \
        what happened before is not told
        """
    )
  }
}
