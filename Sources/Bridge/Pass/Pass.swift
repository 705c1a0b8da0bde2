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
  /// Messages, for each reading of a portion, above which they are folded while others are read.
  private static let unfoldedPortions = 4
  /// The time that the last post of a pass has for its answer, in milliseconds.
  private static let lastPost: Int64 = 2000

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
    var intake = Intake(settings: settings, keeper: keeper, now: now)
    let poll = try await poll(requester, into: &intake)
    let findings = requester.findings
    let asking = time.bootMilliseconds() - asked
    let condition = condition(poll, findings: findings)
    if posts {
      // That GitLab is back comes before the news that this brings.
      _ = try queueAlerts(condition, now: now)
    }
    try intake.take(poll)
    try intake.note(findings.holds)
    report.add(intake)
    report.sayings += skippedRows(findings.skippedRows)
    report.requests = Dictionary(
      uniqueKeysWithValues: findings.requests.map { ($0.key.rawValue, $0.value) }
    )
    if condition == .answers, try await askToken(until: end, now: now) {
      report.requests["token", default: 0] += 1
    }
    troubles += pollTroubles(poll, findings: findings)
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

  /// Asks GitLab, and writes on the way what would be too much to hold; the rest is returned.
  private func poll(
    _ requester: Requester,
    into intake: inout Intake
  ) async throws -> Poller.Report {
    if let obstacle {
      return Poller.Report(sweep: keeper.state.sweep, error: .failed(obstacle))
    }
    let (portions, full) = AsyncStream.makeStream(of: Poller.Report.self)
    let poller = Poller(
      client: client,
      requester: requester,
      routes: settings.routes,
      width: settings.concurrency,
      ageLimit: AgeLimit(milliseconds: settings.maxAgeMilliseconds),
      now: intake.now,
      stop: stop,
      progress: observer.polled,
      handover: Poller.Handover(size: settings.portion, portions: full)
    )
    let (state, selectors) = (keeper.state, settings.selectors)
    async let poll = poller.poll(state, selectors: selectors)
    for await portion in portions {
      if posts {
        // Whatever comes after it, GitLab has answered, and its news follows.
        _ = try queueAlerts(condition(portion, findings: requester.findings), now: intake.now)
      }
      try intake.take(portion)
      if posts, waitingTexts > Self.unfoldedPortions * settings.portion {
        // As digests they take a tenth of the memory.
        try courier(isPatient: false).foldBacklogs()
      }
    }
    var rest = await poll
    if Task.isCancelled {
      // The stream may have ended before its last portion: all are asked again from where they were.
      rest.sweep = keeper.state.sweep
    }
    return rest
  }

  /// The messages that wait in texts of their own.
  private var waitingTexts: Int {
    keeper.state.bots.values.reduce(0) { count, bot in
      count + bot.queue.count { $0.subject != nil }
    }
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
