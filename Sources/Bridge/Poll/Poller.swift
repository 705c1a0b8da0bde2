internal import Changes
internal import GitLab

/// Asks GitLab what is new: decides whom to ask, and asks many at once.
///
/// Only reads: what it returns becomes part of the state by the caller's durable writes.
struct Poller: Sendable {
  /// How long GitLab's version is taken for known, in milliseconds.
  private static let serverLifetime: Int64 = 24 * 60 * 60_000

  let client: GitLabClient
  let requester: Requester
  let routes: RouteTable
  /// Projects that are asked at the same time.
  let width: Int
  let ageLimit: AgeLimit
  /// The local time of the pass.
  let now: Timestamp
  /// Set when the pass should end: questions under way are then given up.
  let stop: StopFlag
  /// Told after each project: how many of how many are done.
  let progress: @Sendable (_ done: Int, _ total: Int) -> Void
  /// Where readings go while others are still asked for; nil: all are in the report at the end.
  var handover: Handover?

  /// Takes readings in portions, so that a pass need not hold them all.
  struct Handover: Sendable {
    /// Readings that are handed over together.
    var size: Int
    /// Gets reports of readings that came to their end, and is finished behind the last.
    var portions: AsyncStream<Report>.Continuation
  }

  /// What a pass found out.
  struct Report: Sendable {
    var server: ServerState?
    /// GitLab's time at which the watch began; nil when it could not begin yet.
    var began: Timestamp?
    /// A new answer to which projects the routes select.
    var discovery: (state: DiscoveryState, newcomers: [DiscoveryState.Newcomer])?
    /// A search for the projects that had no time to end.
    var search: DiscoverySearch?
    /// What kept some of the projects from being looked for.
    var discoveryFailure: GitLabError?
    var readings: [ProjectReading] = []
    var sweep = SweepState()
    /// How far GitLab's clock is ahead of ours, in milliseconds; nil where it was not seen.
    var clockDifference: Int64?
    /// The requests that GitLab allows in the rest of its minute; nil where it does not tell.
    var allowedRequests: Int64?
    /// Projects that had their turn, reached or not.
    var dueCount = 0
    /// What kept the whole from being asked.
    var error: PollError?
  }

  /// Finds out what is new since a state.
  ///
  /// Reading has nothing to save: once told to stop, all questions under way are given up at once.
  ///
  /// - Returns: All that was not handed over before.
  func poll(_ state: BridgeState, selectors: String) async -> Report {
    defer { handover?.portions.finish() }
    return await stop.cancelling { await ask(state, selectors: selectors) }
  }

  private func ask(_ state: BridgeState, selectors: String) async -> Report {
    var report = Report(sweep: state.sweep)
    do throws(PollError) {
      let version = try await serverVersion(state, into: &report)
      let began = report.began ?? now
      let discovery = try await discover(state, selectors: selectors, into: &report)
      let watch = Watch(routes: routes, aliases: discovery.aliases)
      let gate = gate(state, discovery: discovery, into: &report)
      var plan = TaskPlan(
        state,
        discovery: discovery,
        newcomers: report.discovery?.newcomers ?? [],
        watch: watch,
        now: now
      )
      let reader = ProjectReader(
        client: client,
        requester: requester,
        listsChildren: version >= GitLabVersion(major: 17, minor: 0),
        began: began,
        now: now,
        sweptTo: state.sweep.sweptTo,
        watch: watch,
        ageLimit: ageLimit
      )
      await readAll(&plan, gate: gate, with: reader, into: &report)
      // The sweep then stays where it was: everybody's turn comes again.
      guard report.error == nil else { return report }
      if !requester.findings.wasAnswered {
        report.blameGitLab()
      }
      report.sweep.sweptTo = now
      // In the order of the tasks: who waits longest is first, and stays so until it has had its
      // turn, lest one that takes all the time of every pass is always the first.
      let missed = report.readings.filter(\.wasNotReached)
      let waiting = Set(missed.filter { !$0.hadTurn }.map(\.id))
      let begun = Set(missed.filter(\.hadTurn).map(\.id))
      let failed = Set(report.readings.filter { $0.error != nil && !$0.wasNotReached }.map(\.id))
      report.sweep.behind = [waiting, begun, failed].flatMap { group in
        plan.ids.filter(group.contains)
      }
    } catch {
      report.error = error
    }
    return report
  }

  private func serverVersion(
    _ state: BridgeState,
    into report: inout Report
  ) async throws(PollError) -> GitLabVersion {
    if let known = state.server, state.began != nil,
      now.milliseconds - known.askedAt.milliseconds < Self.serverLifetime,
      known.askedAt <= now
    {
      report.began = state.began
      return GitLabVersion(known.version)
    }
    let metadata: Metadata
    do throws(PollError) {
      metadata = try await requester.ask(.server) { timeout throws(GitLabError) in
        try await client.limited(to: timeout).metadata()
      }
    } catch {
      // Yesterday's version serves as well; the projects' own answers tell whether GitLab works.
      guard let known = state.server, state.began != nil, !requester.isOver else { throw error }
      report.began = state.began
      return GitLabVersion(known.version)
    }
    report.clockDifference = metadata.serverDate.map(requester.clockDifference)
    report.server = ServerState(version: metadata.version.text, askedAt: now)
    report.began =
      state.began ?? metadata.serverDate.map(Timestamp.init(milliseconds:)) ?? now
    return metadata.version
  }

  /// The time of the pass that is kept for the projects: two thirds of what is left.
  var reserve: Int64 {
    let left = requester.timeLeft()
    return left == .max ? 0 : left / 3 * 2
  }
}

extension Poller.Report {
  /// Takes failures in a pass without a single answer for GitLab's own, so that no project rests
  /// for them: each is asked again in the next pass.
  fileprivate mutating func blameGitLab() {
    for index in readings.indices {
      guard case .failed = readings[index].error else { continue }
      error = error ?? readings[index].error
      readings[index].error = .held
    }
  }
}

extension ProjectReading {
  /// Whether the pass ended, or was held, before the project could be asked.
  var wasNotReached: Bool {
    switch error {
    case .held, .outOfTime, .unsteady: true
    case .failed, .partly, nil: false
    }
  }
}
