internal import Changes
internal import GitLab

/// Reads one project: what is new since its state, and the state after it.
struct ProjectReader: Sendable {
  let client: GitLabClient
  let requester: Requester
  /// Whether GitLab lists child pipelines: from 17.0 on.
  let listsChildren: Bool
  /// GitLab's time at which the watch began.
  let began: Timestamp
  /// The local time of the pass.
  let now: Timestamp
  /// The local time of the pass before.
  let sweptTo: Timestamp?
  let watch: Watch
  let ageLimit: AgeLimit

  /// What to ask of a project in this pass.
  struct Task: Sendable {
    var id: Int
    var state: ProjectState
    var readsPushes: Bool
    var readsBuilds: Bool
    /// The project as this pass has listed it already; nil where it is to be asked for.
    var facts: ProjectFacts?
    /// Whether builds are read as well as soon as a push shows.
    var followsPushes = false
    /// Whether to read the list of failed jobs beside the pipelines.
    var sweepsJobs = false
  }

  /// Reads one project; what kept part of it from being read is in the answer.
  ///
  /// Pushes and builds are read whatever becomes of the other: a limit or a failure of one kind of
  /// endpoint says nothing of the next.
  func read(_ task: Task) async -> ProjectReading {
    var reading = ProjectReading(id: task.id, state: task.state)
    reading.listed = task.facts
    do throws(PollError) {
      if task.readsPushes {
        try await readPushes(task, into: &reading)
      }
    } catch {
      reading.error = error
    }
    guard reading.state.obstacle != .rewound, reading.error?.isAboutProject != true else {
      return reading
    }
    let showsActivity = reading.state.busyUntil != task.state.busyUntil
    do throws(PollError) {
      if task.readsBuilds || (task.followsPushes && showsActivity) {
        try await readBuilds(task, into: &reading)
      }
    } catch {
      reading.error = PollError.graver(reading.error, error)
    }
    if reading.error == nil {
      // From now on it is no new project any more, whatever a route begins to ask of it.
      reading.state.createdAt = nil
      reading.state.selectedAt = nil
    }
    return reading
  }

  // MARK: Pushes

  private func readPushes(
    _ task: Task,
    into reading: inout ProjectReading
  ) async throws(PollError) {
    let reader = PushReader(
      client: client,
      requester: requester,
      project: Int64(task.id)
    )
    guard let cursor = task.state.pushes else {
      let sight = task.state.toldFrom
      let first = try await reader.readFirst(since: sight)
      let cursor = EventCursor(baseline: first.rows.map(\.sighting), since: sight)
      reading.state.firstSight = sight ?? first.serverDate ?? cursor.newest?.at ?? began
      return try await tell(first, from: cursor, task: task, into: &reading)
    }
    let answer = try await reader.read(from: cursor)
    guard !answer.isRewound else {
      reading.state.obstacle = .rewound
      return
    }
    try await tell(answer, from: cursor, task: task, into: &reading)
  }

  /// Turns the news among rows into pushes, in their order, as far as GitLab lets us.
  private func tell(
    _ answer: PushReader.Reading,
    from cursor: EventCursor,
    task: Task,
    into reading: inout ProjectReading
  ) async throws(PollError) {
    let serverNow = answer.serverDate ?? answer.rows.map(\.sighting.at).max() ?? began
    reading.serverDate = answer.serverDate
    reading.state.pushesHiddenUntil =
      answer.isHidden ? Timestamp(milliseconds: now.milliseconds + Backoff.gone) : nil
    var cursor = cursor
    // A shifted page repeats rows: each id once.
    let news = Dictionary(answer.rows.map { ($0.id, $0) }) { first, _ in first }
      .values.filter { cursor.isNews($0.id) }.sorted { $0.id < $1.id }
    if !news.isEmpty {
      reading.state.busyUntil = Timestamp(milliseconds: now.milliseconds + Schedule.busyTime)
    }
    for row in news {
      do throws(PollError) {
        if let push = try await push(row, rows: answer.rows, into: &reading) {
          reading.pushes.append(push)
        }
      } catch {
        reading.state.pushes = cursor
        throw error
      }
      cursor.note([row.sighting])
    }
    cursor.settle(now: serverNow)
    // A floor that costs a second page is worth a line in the journal.
    if !news.isEmpty || task.state.pushes == nil || answer.isLong && cursor != task.state.pushes {
      reading.state.pushes = cursor
      noteDefaultHead(answer.rows, in: &reading, upTo: .max)
    }
  }

  /// Returns the push behind an event, or nil where nobody is told of it.
  func push(
    _ row: PushEvent,
    rows: [PushEvent],
    into reading: inout ProjectReading
  ) async throws(PollError) -> Push? {
    guard let data = row.push, data.refType == .branch,
      data.action == .created || data.action == .pushed,
      let branch = data.ref, data.to != nil
    else { return nil }
    // Rows from before the watch show late with an imported project or a higher role.
    let sight = reading.state.firstSight ?? began
    if let createdAt = row.createdAt, createdAt < sight.milliseconds - EventCursor.overlap {
      return nil
    }
    let facts = try await facts(of: &reading)
    guard isTold(.push(branch: branch), in: reading) else { return nil }
    noteDefaultHead(rows, in: &reading, upTo: row.id)
    let at = row.createdAt.map(Timestamp.init(milliseconds:)) ?? now
    var push = Push(
      eventID: row.id,
      at: at,
      username: row.authorUsername ?? "?",
      branch: branch,
      message: nil,
      link: facts.webURL,
      commitCount: Int(clamping: data.commitCount),
      // Without commits of its own a new branch is only a name, and an old one went back.
      kind: data.commitCount > 0 ? .commits : data.action == .created ? .creation : .reset
    )
    guard !ageLimit.isExceeded(by: at, at: reading.serverDate ?? now) else { return push }
    let lookup = CommitLookup(client: client, requester: requester, project: facts.id)
    do {
      let commit = try await lookup.commit(
        of: row,
        defaultBranch: facts.defaultBranch,
        defaultHead: reading.state.defaultHead
      )
      push.message = commit.message
      push.link = commit.link ?? facts.webURL
    } catch .failed(let error) where isHopeless(error, for: reading.state) {
      // Better told by what the event says of it than never.
      push.message = lookup.unknown(row).message
    } catch {
      throw error
    }
    return push
  }

  /// Whether GitLab has withheld a commit so often that its push is told without it.
  private func isHopeless(_ error: GitLabError, for state: ProjectState) -> Bool {
    let patience = error.isTooLarge ? Backoff.patience : Backoff.resignation
    return error.isAboutOne && state.failures ?? 0 >= patience
  }

  /// Remembers where the default branch stood after the newest of its pushes before an event.
  private func noteDefaultHead(
    _ rows: [PushEvent],
    in reading: inout ProjectReading,
    upTo id: Int64
  ) {
    guard let branch = reading.facts?.defaultBranch ?? reading.state.defaultBranch else { return }
    let heads = rows.filter { $0.id < id && $0.push?.refType == .branch && $0.push?.ref == branch }
    guard let head = heads.max(by: { $0.id < $1.id })?.push?.to else { return }
    reading.state.defaultHead = head
  }

  // MARK: Builds

  private func readBuilds(
    _ task: Task,
    into reading: inout ProjectReading
  ) async throws(PollError) {
    do throws(PollError) {
      if let ledger = task.state.jobs, let pipelines = task.state.pipelines {
        try await continueBuilds(ledger, pipelines: pipelines, task: task, into: &reading)
      } else {
        try await beginBuilds(task, into: &reading)
      }
      reading.state.isWithoutBuilds = nil
    } catch .failed(let error) where error.isForbidden {
      reading.state.isWithoutBuilds = true
      if task.state.jobs == nil {
        // Builds that fail once CI is switched on are news, whenever that is noticed.
        let sight = max(began, task.state.toldFrom ?? reading.serverDate ?? now)
        reading.state.jobs = JobLedger(began: sight)
        reading.state.pipelines = PipelineCursor(began: sight)
      }
    } catch {
      throw error
    }
  }

  private func beginBuilds(
    _ task: Task,
    into reading: inout ProjectReading
  ) async throws(PollError) {
    if let createdAt = task.state.createdAt {
      let ledger = JobLedger(began: createdAt)
      let pipelines = PipelineCursor(began: createdAt)
      return try await continueBuilds(ledger, pipelines: pipelines, task: task, into: &reading)
    }
    let sight = task.state.selectedAt
    let ledger = JobLedger(began: began)
    let first = try await builds(ledger, of: Int64(task.id)).readFirst(since: sight)
    reading.state.jobs = JobLedger(began: sight ?? max(began, first.serverDate ?? began))
    reading.state.pipelines = first.pipelines
    reading.state.children = first.children
  }

  private func continueBuilds(
    _ ledger: JobLedger,
    pipelines: PipelineCursor,
    task: Task,
    into reading: inout ProjectReading
  ) async throws(PollError) {
    let answer = await builds(ledger, of: Int64(task.id)).read(
      pipelines: pipelines,
      children: task.state.children,
      sweepsJobs: task.sweepsJobs
    )
    reading.serverDate = reading.serverDate ?? answer.serverDate
    let news = answer.jobs.filter { ledger.isNews($0.sighting) }
    let found =
      (task.state.heldBuilds ?? []) + news.filter(\.firesWebhook).map(FailedBuild.init(_:))
    var ledger = ledger
    ledger.absorb(news.map(\.sighting))
    let error = answer.error ?? answer.pipelineError.map(PollError.partly)
    let isComplete =
      answer.error == nil && (error == nil || task.state.failures ?? 0 >= Backoff.patience)
    // What failed while this was read may have an elder in a pipeline read before it.
    let waited = Set((task.state.heldBuilds ?? []).map(\.jobID))
    let isReady: (FailedBuild) -> Bool = { build in
      isComplete
        && (waited.contains(build.jobID)
          || answer.serverDate.map { build.finishedAt < $0.nextSecond } ?? true)
    }
    let ready = found.filter(isReady)
    let held = found.filter { !isReady($0) }
    try await tell(ready, into: &reading)
    if error == nil, !news.isEmpty || answer.pipelines != pipelines {
      ledger.completeReading(at: answer.serverDate ?? answer.pipelines.movedTo)
    }
    reading.state.heldBuilds = held.isEmpty ? nil : held
    reading.state.jobs = ledger
    reading.state.pipelines = answer.pipelines
    reading.state.children = answer.children
    if answer.isBusy || !held.isEmpty {
      reading.state.busyUntil = Timestamp(milliseconds: now.milliseconds + Schedule.busyTime)
    }
    if let error {
      throw error
    }
  }

  private func builds(_ ledger: JobLedger, of project: Int64) -> BuildReader {
    BuildReader(
      client: client,
      requester: requester,
      project: project,
      listsChildren: listsChildren,
      ledger: ledger,
      span: (sweptTo, now)
    )
  }

  /// Takes builds for told, in the order in which they failed, where a route tells them.
  ///
  /// Only here is the project asked for its name: a reading that was cut keeps what it found.
  func tell(
    _ builds: [FailedBuild],
    into reading: inout ProjectReading
  ) async throws(PollError) {
    guard !builds.isEmpty else { return }
    let facts = try await facts(of: &reading)
    reading.builds = builds.filter { isTold(.build($0.reference), in: reading) }
      .sorted { ($0.finishedAt, $0.jobID) < ($1.finishedAt, $1.jobID) }
    for index in reading.builds.indices where reading.builds[index].link.isEmpty {
      reading.builds[index].link = facts.webURL
    }
  }

  /// Whether a route tells an event of the project, by its present path or the one before.
  private func isTold(_ event: RouteEvent, in reading: ProjectReading) -> Bool {
    !watch.recipients(of: event, in: reading.id, paths: reading.paths).isEmpty
  }

  // MARK: Facts

  private func ask(_ project: Int) async throws(PollError) -> ProjectFacts {
    let answer = try await requester.ask(.project) { timeout throws(GitLabError) in
      try await client.limited(to: timeout).project(.id(Int64(project)))
    }
    return ProjectFacts(answer, gitlabURL: client.base)
  }

  /// The project as it is named now: asked for once, in a pass with news.
  ///
  /// Not where the gate of this pass has named it: GitLab limits that question to 400 a minute.
  private func facts(of reading: inout ProjectReading) async throws(PollError) -> ProjectFacts {
    if let known = reading.facts {
      return known
    }
    let facts = if let listed = reading.listed { listed } else { try await ask(reading.id) }
    reading.facts = facts
    if facts.path != reading.state.path {
      reading.paths.insert(facts.path, at: 0)
    }
    reading.state.path = facts.path
    reading.state.defaultBranch = facts.defaultBranch
    return facts
  }
}

extension Timestamp {
  /// What GitLab's `Date` header, which knows whole seconds alone, stands before.
  fileprivate var nextSecond: Timestamp { Timestamp(milliseconds: milliseconds + 1000) }
}
