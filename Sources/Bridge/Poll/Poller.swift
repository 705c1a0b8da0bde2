internal import Changes
internal import GitLab

/// Asks GitLab what is new: decides whom to ask, and asks many at once.
///
/// Only reads: what it returns becomes part of the state by the caller's one durable write.
struct Poller: Sendable {
  /// How long GitLab's version is taken for known, in milliseconds.
  private static let serverLifetime: Int64 = 24 * 60 * 60_000
  /// Projects below which asking each one is no dearer than the gate.
  private static let gateMinimum = 3
  /// Minutes in which each project's list of failed jobs is read, and one without CI asked again.
  private static let jobRound: Int64 = 3 * 60

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
  func poll(_ state: BridgeState, selectors: String) async -> Report {
    await stop.cancelling { await ask(state, selectors: selectors) }
  }

  private func ask(_ state: BridgeState, selectors: String) async -> Report {
    var report = Report(sweep: state.sweep)
    do throws(PollError) {
      let version = try await serverVersion(state, into: &report)
      let began = report.began ?? now
      let discovery = try await discover(state, selectors: selectors, into: &report)
      let tasks = try await tasks(state, discovery: discovery, into: &report)
      report.dueCount = tasks.count
      let reader = ProjectReader(
        client: client,
        requester: requester,
        listsChildren: version >= GitLabVersion(major: 17, minor: 0),
        began: began,
        now: now,
        sweptTo: state.sweep.sweptTo,
        watch: Watch(routes: routes, aliases: discovery.aliases),
        ageLimit: ageLimit
      )
      report.readings = await readAll(tasks, with: reader)
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
        tasks.map(\.id).filter(group.contains)
      }
    } catch {
      report.error = error
    }
    return report
  }

  // MARK: Whom to ask

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

  /// Returns the projects that have their turn: those left behind first.
  private func tasks(
    _ state: BridgeState,
    discovery: DiscoveryState,
    into report: inout Report
  ) async throws(PollError) -> [ProjectReader.Task] {
    let watch = Watch(routes: routes, aliases: discovery.aliases)
    let schedule = Schedule(
      now: now,
      sweptTo: state.sweep.sweptTo,
      projects: discovery.projects.count
    )
    let newcomers = Dictionary(
      (report.discovery?.newcomers ?? []).map { ($0.id, $0) }
    ) { first, _ in first }
    let active = try await activeProjects(state, discovery: discovery, into: &report)
    let members = Set(discovery.members)
    let behind = Set(state.sweep.behind)
    var tasks: [ProjectReader.Task] = []
    for id in discovery.projects {
      var project = state.projects[id] ?? ProjectState(path: newcomers[id]?.path ?? "")
      if let newcomer = newcomers[id] {
        project.apply(newcomer)
      }
      project.unselectedSince = nil
      guard !isResting(project) else { continue }
      let kinds = watch.events(of: id, path: project.path)
      // One that failed is asked again as soon as it may be.
      let isBehind = behind.contains(id) || project.failures != nil || project.obstacle != nil
      let isActive = active.map { !members.contains(id) || $0[id] != nil } ?? true
      let isFirst = project.pushes == nil && project.jobs == nil
      let isBusy = project.busyUntil.map { $0 > now } ?? false
      // Where builds alone are told, the slow round still tells a database that was restored.
      let readsPushes =
        !hidesPushes(project)
        && (project.pushes == nil || schedule.isPushTurn(id)
          || kinds.contains(.push) && (isActive || isBehind))
      let buildTurn = schedule.isBuildTurn(id)
      let readsBuilds =
        kinds.contains(.build)
        && (project.isWithoutBuilds == true
          ? isFirst || isJobSweep(id, state.sweep.sweptTo)
          : isBusy || isBehind || project.jobs == nil || buildTurn)
      guard !kinds.isEmpty, readsPushes || readsBuilds else { continue }
      tasks.append(
        ProjectReader.Task(
          id: id,
          state: project,
          readsPushes: readsPushes,
          readsBuilds: readsBuilds,
          facts: active?[id],
          followsPushes: kinds.contains(.build),
          sweepsJobs: readsBuilds && isJobSweep(id, state.sweep.sweptTo)
        )
      )
    }
    let waiting = Dictionary(
      state.sweep.behind.enumerated().map { ($1, $0) }
    ) { first, _ in first }
    return tasks.sorted {
      (waiting[$0.id] ?? .max, $0.id) < (waiting[$1.id] ?? .max, $1.id)
    }
  }

  /// The projects that the gate names; nil where each is to be asked.
  private func activeProjects(
    _ state: BridgeState,
    discovery: DiscoveryState,
    into report: inout Report
  ) async throws(PollError) -> [Int: ProjectFacts]? {
    guard discovery.members.count >= Self.gateMinimum, let since = state.sweep.gateAt else {
      // Without a last gate there is nothing to ask from: this pass asks each project.
      report.sweep.gateAt = state.sweep.gateAt ?? report.began
      return nil
    }
    let gate = Gate(client: client, requester: requester, reserve: reserve)
    do throws(PollError) {
      let answer = try await gate.activeProjects(
        since: since,
        pageLimit: discovery.members.count / 2
      )
      report.sweep.gateAt = answer.serverDate ?? since
      report.clockDifference = answer.clockDifference ?? report.clockDifference
      report.allowedRequests = answer.allowedRequests
      return answer.active
    } catch {
      guard !requester.isOver else { throw error }
      // Where GitLab limits that listing, a question to each project would be no kinder: who is
      // active shows in the next one, and the slow round goes on.
      return error.isLimit ? [:] : nil
    }
  }

  private func isResting(_ project: ProjectState) -> Bool {
    if project.obstacle == .rewound {
      return true
    }
    // A clock that was set back must not make a rest longer than it was meant to be.
    guard let until = project.notBefore, until > now else { return false }
    return until.milliseconds - now.milliseconds <= Backoff.longest
  }

  private func hidesPushes(_ project: ProjectState) -> Bool {
    guard let until = project.pushesHiddenUntil else { return false }
    return until > now && until.milliseconds - now.milliseconds <= Backoff.gone
  }

  private func isJobSweep(_ id: Int, _ sweptTo: Timestamp?) -> Bool {
    Schedule.isTurn(id, round: Self.jobRound, from: sweptTo, to: now)
  }

  // MARK: Asking

  private func readAll(
    _ tasks: [ProjectReader.Task],
    with reader: ProjectReader
  ) async -> [ProjectReading] {
    var readings: [ProjectReading] = []
    readings.reserveCapacity(tasks.count)
    await withTaskGroup(of: ProjectReading.self) { group in
      var waiting = tasks.makeIterator()
      for _ in 0..<max(width, 1) {
        guard let task = waiting.next() else { break }
        group.addTask { await read(task, with: reader) }
      }
      while let reading = await group.next() {
        readings.append(reading)
        progress(readings.count, tasks.count)
        if let task = waiting.next() {
          group.addTask { await read(task, with: reader) }
        }
      }
    }
    return readings.sorted { $0.id < $1.id }
  }

  private func read(
    _ task: ProjectReader.Task,
    with reader: ProjectReader
  ) async -> ProjectReading {
    let isLate = requester.isOver
    var reading = await reader.read(task)
    reading.hadTurn = reading.serverDate != nil || (reading.error == .outOfTime && !isLate)
    return reading
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
