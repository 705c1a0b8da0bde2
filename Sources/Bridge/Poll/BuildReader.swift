internal import Changes
internal import GitLab

/// Reads the failed jobs of one project.
///
/// Why it misses none. A job that fails belongs to a pipeline, and either the pipeline's status
/// changes with it, or other jobs of it still run:
///
/// - A pipeline that changes is in the listing by `updated_at`, asked for from the newest stamp
///   seen less an overlap. GitLab commits the move after the job's row, so its jobs are complete
///   when they are read. Whatever the id: a manual job played after weeks sets its old pipeline in
///   motion. Retried jobs are asked for with it (`include_retried`).
/// - A pipeline that is under way without a change is remembered, and its jobs are read in every
///   pass until the listing shows how it ended. Where many are, one list of the project's failed
///   jobs is read for all of them, and each by itself every few minutes: a played job with an old
///   id may be far down that list.
/// - Child pipelines are not in that listing. They have one of their own (`source=parent_pipeline`,
///   GitLab 17.0), read when a pipeline of the project moves or runs, and always once the project
///   has had one. Before 17.0 the project's failed jobs are read in its place, which name the jobs
///   of child pipelines too; that the project has had one is then told by the bridges of a pipeline
///   that moved.
/// - The one move that GitLab may not show is a job played and dropped before the pipeline's
///   status was computed in between. The project's failed jobs, newest ids first, are read now and
///   then for that.
///
/// Which job is news says `JobLedger`, by its id and the time it finished. Both listings are free
/// of a rate limit; only the project's list of jobs has one.
struct BuildReader: Sendable {
  /// Silent pipelines of one project beyond which its one list of failed jobs is read instead.
  private static let silentLimit = 3
  /// Minutes in which each silent pipeline is read by itself all the same.
  private static let silentRound: Int64 = 4
  private static let pageSize = 100
  /// Pages of failed jobs read at the most where the end is not known.
  private static let pageLimit = 20

  let client: GitLabClient
  let requester: Requester
  let project: Int64
  /// Whether GitLab lists child pipelines: from 17.0 on.
  let listsChildren: Bool
  /// Which failed jobs are known.
  let ledger: JobLedger
  /// The local times of the pass before and of this one.
  let span: (from: Timestamp?, to: Timestamp)

  /// What a reading gave.
  struct Reading: Sendable {
    var pipelines: PipelineCursor
    var children: PipelineCursor?
    /// Failed jobs, each once, known ones among them.
    var jobs: [Job] = []
    /// GitLab's time of the first answer.
    var serverDate: Timestamp?
    /// Whether a pipeline moved or runs.
    var isBusy = false
    /// What kept the rest from being read; the cursors stand before it.
    var error: PollError?
  }

  /// Reads what happened since the cursors, as far as GitLab and the time of the pass allow.
  ///
  /// Each pipeline that was read to its end moves its cursor, so a long list after a downtime is
  /// worked off over as many passes as it takes.
  func read(
    pipelines: PipelineCursor,
    children: PipelineCursor?,
    sweepsJobs: Bool
  ) async -> Reading {
    var reading = Reading(pipelines: pipelines, children: children)
    var jobs = JobCollection()
    do throws(PollError) {
      try await read(since: pipelines.movedTo, sweepsJobs, into: &reading, jobs: &jobs)
    } catch {
      reading.error = error
      if reading.pipelines != pipelines {
        // A pipeline that was followed may have started the first child, which nobody looked for.
        reading.children = reading.children ?? PipelineCursor(began: pipelines.movedTo)
      }
    }
    reading.jobs = jobs.sorted
    return reading
  }

  private func read(
    since: Timestamp,
    _ sweepsJobs: Bool,
    into reading: inout Reading,
    jobs: inout JobCollection
  ) async throws(PollError) {
    let moved = try await follow(\.pipelines, areChildren: false, into: &reading, jobs: &jobs)
    if listsChildren {
      if reading.children != nil || reading.isBusy {
        try await followChildren(since: since, into: &reading, jobs: &jobs)
      }
    } else {
      var hasChildren = reading.children != nil
      if !hasChildren {
        hasChildren = try await startedChild(moved)
      }
      // The listing of children, from 17.0 on, begins where the pipelines stand then.
      reading.children = hasChildren ? PipelineCursor(began: reading.pipelines.movedTo) : nil
    }
    let mayHideChildren = !listsChildren && (reading.isBusy || reading.children != nil)
    if sweepsJobs || mayHideChildren {
      try await lookAtNewestFailed(into: &jobs)
    }
  }

  /// Reads where the project stands: which pipelines run, and whether it has child pipelines.
  ///
  /// - Parameter sight: GitLab's time from which on moves are news; nil: from this answer on.
  /// - Returns: Cursors without jobs: what failed is found by the next reading.
  /// - Throws: `PollError`.
  func readFirst(since sight: Timestamp?) async throws(PollError) -> Reading {
    let running = try await listing(areChildren: false, status: "running")
    let now = running.serverDate.map(Timestamp.init(milliseconds:)) ?? span.to
    let pending = try await listing(areChildren: false, status: "pending")
    var reading = Reading(
      pipelines: cursor(since: sight ?? now, underWay: running.rows + pending.rows),
      serverDate: now
    )
    guard listsChildren else { return reading }
    guard try await !listing(areChildren: true, size: 1).rows.isEmpty else { return reading }
    let runningChildren = try await listing(areChildren: true, status: "running")
    let pendingChildren = try await listing(areChildren: true, status: "pending")
    reading.children = cursor(
      since: sight ?? now,
      underWay: runningChildren.rows + pendingChildren.rows
    )
    return reading
  }

  private func cursor(since: Timestamp, underWay: [Pipeline]) -> PipelineCursor {
    // One that began to run between the two listings is in both.
    let stamps = Dictionary(underWay.map { ($0.id, $0.sighting) }) { first, _ in first }
    return PipelineCursor(
      began: since,
      underWay: stamps.values.sorted { $0.id < $1.id }
    )
  }

  /// Follows one listing: reads the jobs of every pipeline that moved or is under way.
  ///
  /// - Returns: The pipelines that moved.
  private func follow(
    _ path: WritableKeyPath<Reading, PipelineCursor>,
    areChildren: Bool,
    into reading: inout Reading,
    jobs: inout JobCollection
  ) async throws(PollError) -> [Pipeline] {
    let before = reading[keyPath: path]
    let moved = try await readMoved(
      since: before,
      areChildren: areChildren,
      date: &reading.serverDate
    )
    let movedIDs = Set(moved.map(\.id))
    var silent = before.underWay.map(\.id).filter { !movedIDs.contains($0) }
    reading.isBusy = reading.isBusy || !moved.isEmpty || !silent.isEmpty
    for pipeline in moved {
      _ = try await readJobs(of: pipeline.id, into: &jobs)
      reading[keyPath: path].follow(pipeline.sighting, isUnderWay: pipeline.isUnderWay)
    }
    if silent.count > Self.silentLimit, try await lookAtNewestFailed(into: &jobs) {
      silent.removeAll {
        !Schedule.isTurn(Int($0), round: Self.silentRound, from: span.from, to: span.to)
      }
    }
    for pipeline in silent {
      if try await !readJobs(of: pipeline, into: &jobs) {
        reading[keyPath: path].forget(pipeline)
      }
    }
    return moved
  }

  /// Follows the child pipelines, of which the first may have been started since a time.
  private func followChildren(
    since: Timestamp,
    into reading: inout Reading,
    jobs: inout JobCollection
  ) async throws(PollError) {
    let isKnown = reading.children != nil
    let before = reading.children ?? PipelineCursor(began: since)
    reading.children = before
    defer {
      if !isKnown, reading.children == before {
        reading.children = nil
      }
    }
    _ = try await follow(\.childCursor, areChildren: true, into: &reading, jobs: &jobs)
  }

  /// Whether one of these pipelines has started a child pipeline, as its bridges tell.
  private func startedChild(_ pipelines: [Pipeline]) async throws(PollError) -> Bool {
    for pipeline in pipelines {
      let answer = try await absentIsNil { () throws(PollError) in
        try await requester.ask(.pipelineJobs) { timeout throws(GitLabError) in
          try await client.limited(to: timeout).bridges(.id(project), pipeline: pipeline.id)
        }
      }
      if answer?.rows.contains(where: { $0.child != nil }) == true {
        return true
      }
    }
    return false
  }

  /// Lists the pipelines that moved, oldest move first.
  ///
  /// A pipeline that moves while pages are read leaves its place, and the rows behind it step up
  /// by one; so the next page is asked for by the newest stamp read, not by its number, unless a
  /// whole page bears one stamp.
  private func readMoved(
    since cursor: PipelineCursor,
    areChildren: Bool,
    date: inout Timestamp?
  ) async throws(PollError) -> [Pipeline] {
    var moved: [Int64: Pipeline] = [:]
    var from = cursor.askFrom
    var page: PageCursor?
    for _ in 0..<1000 {
      let answer = try await listing(areChildren: areChildren, from: from, page: page)
      date = date ?? answer.serverDate.map(Timestamp.init(milliseconds:))
      for pipeline in answer.rows where cursor.hasMoved(pipeline.sighting) {
        moved[pipeline.id] = pipeline
      }
      guard let next = answer.next, let last = answer.rows.last?.sighting.at else { break }
      if last > from {
        from = last
        page = nil
      } else {
        page = next
      }
    }
    return moved.values.sorted { ($0.sighting.at, $0.id) < ($1.sighting.at, $1.id) }
  }

  /// Reads the failed jobs of one pipeline and returns whether GitLab still has it.
  private func readJobs(
    of pipeline: Int64,
    into jobs: inout JobCollection
  ) async throws(PollError) -> Bool {
    var page: PageCursor?
    repeat {
      let next = page
      let answer = try await absentIsNil { () throws(PollError) in
        try await requester.ask(.pipelineJobs) { timeout throws(GitLabError) in
          try await client.limited(to: timeout)
            .pipelineJobs(.id(project), pipeline: pipeline, at: next, perPage: Self.pageSize)
        }
      }
      guard let answer else { return false }
      jobs.add(answer.rows)
      page = answer.next
    } while page != nil
    return true
  }

  /// Reads the newest failed jobs of the project unless GitLab's limit holds that list.
  ///
  /// Nothing rests on this look alone: whoever was not seen is looked for again in the next pass.
  ///
  /// - Returns: Whether the list could be read.
  @discardableResult
  private func lookAtNewestFailed(into jobs: inout JobCollection) async throws(PollError) -> Bool {
    do {
      try await readNewestFailed(into: &jobs)
      return true
    } catch .held {
      return false
    }
  }

  /// Reads the project's failed jobs, newest ids first, up to a page that holds nothing new.
  private func readNewestFailed(into jobs: inout JobCollection) async throws(PollError) {
    var page: PageCursor?
    for _ in 0..<Self.pageLimit {
      let next = page
      let answer = try await requester.ask(.jobs) { timeout throws(GitLabError) in
        try await client.limited(to: timeout)
          .failedJobs(.id(project), at: next, perPage: Self.pageSize)
      }
      jobs.add(answer.rows)
      guard answer.next != nil, answer.rows.contains(where: { ledger.isNews($0.sighting) })
      else { return }
      page = answer.next
    }
  }

  private func listing(
    areChildren: Bool,
    status: String? = nil,
    from: Timestamp? = nil,
    page: PageCursor? = nil,
    size: Int = Self.pageSize
  ) async throws(PollError) -> Page<Pipeline> {
    try await requester.ask(.pipelines) { timeout throws(GitLabError) in
      try await client.limited(to: timeout)
        .pipelines(
          .id(project),
          updatedAfter: from?.milliseconds,
          areChildren: areChildren,
          status: status,
          at: page,
          perPage: size
        )
    }
  }
}

/// Failed jobs by id, each once.
private struct JobCollection {
  private var byID: [Int64: Job] = [:]

  var sorted: [Job] {
    byID.values.sorted { $0.id < $1.id }
  }

  mutating func add(_ jobs: [Job]) {
    for job in jobs {
      byID[job.id] = job
    }
  }
}

extension BuildReader.Reading {
  /// The cursor of the child pipelines while they are followed.
  fileprivate var childCursor: PipelineCursor {
    get { children ?? pipelines }
    set { children = newValue }
  }
}
