internal import Changes
internal import GitLab

/// Reads what happened in one project in a span of time, told or not.
struct BackfillReader: Sendable {
  private static let pageSize = 100
  /// Pages of one listing that are read at the most: a million rows.
  private static let pageLimit = 10_000
  private static let day: Int64 = 86_400_000

  let reader: ProjectReader
  /// In GitLab's time.
  let since: Timestamp
  /// In GitLab's time; what happened at it is no longer told.
  let until: Timestamp

  private var client: GitLabClient { reader.client }
  private var requester: Requester { reader.requester }

  /// Reads one project; what kept it from being read is in the answer.
  func read(_ id: Int, state: ProjectState, kinds: Set<EventKind>) async -> ProjectReading {
    var reading = ProjectReading(id: id, state: state)
    do throws(PollError) {
      if kinds.contains(.push) {
        try await readPushes(into: &reading)
      }
      if kinds.contains(.build), state.isWithoutBuilds != true {
        try await readBuilds(into: &reading)
      }
    } catch {
      reading.error = error
    }
    return reading
  }

  private func isInSpan(_ milliseconds: Int64) -> Bool {
    since.milliseconds <= milliseconds && milliseconds < until.milliseconds
  }

  private func readPushes(into reading: inout ProjectReading) async throws(PollError) {
    let project = ProjectReference.id(Int64(reading.id))
    // GitLab takes days, of a zone that we do not know, and leaves the named one out.
    let after = String(GitLabTime.text(since.milliseconds - 2 * Self.day).prefix(10))
    var rows: [PushEvent] = []
    var page: PageCursor?
    for _ in 0..<Self.pageLimit {
      let next = page
      let answer = try await requester.ask(.events) { timeout throws(GitLabError) in
        try await client.limited(to: timeout)
          .pushEvents(project, after: after, at: next, perPage: Self.pageSize)
      }
      rows += answer.rows
      guard answer.next != nil else { break }
      page = answer.next
    }
    var seen: Set<Int64> = []
    let inSpan = rows.filter { isInSpan($0.createdAt ?? .min) && seen.insert($0.id).inserted }
    for row in inSpan.sorted(by: { $0.id < $1.id }) {
      if let push = try await reader.push(row, rows: rows, into: &reading) {
        reading.pushes.append(push)
      }
    }
  }

  /// Reads the jobs that failed in the span.
  ///
  /// The list of failed jobs goes by id, so it is read down to jobs created before the span; older
  /// jobs that failed in it belong to pipelines that have moved since, which their own list shows.
  private func readBuilds(into reading: inout ProjectReading) async throws(PollError) {
    let project = ProjectReference.id(Int64(reading.id))
    var jobs: [Int64: Job] = [:]
    var page: PageCursor?
    for _ in 0..<Self.pageLimit {
      let next = page
      let answer = try await requester.ask(.jobs) { timeout throws(GitLabError) in
        try await client.limited(to: timeout).failedJobs(project, at: next, perPage: Self.pageSize)
      }
      for job in answer.rows {
        jobs[job.id] = job
      }
      let reachesBefore = answer.rows.contains { ($0.createdAt ?? 0) < since.milliseconds }
      guard answer.next != nil, !reachesBefore else { break }
      page = answer.next
    }
    for areChildren in reader.listsChildren ? [false, true] : [false] {
      for pipeline in try await oldPipelines(project, areChildren: areChildren) {
        for job in try await failedJobs(of: pipeline, in: project) {
          jobs[job.id] = job
        }
      }
    }
    let inSpan = jobs.values.filter { isInSpan($0.sighting.at.milliseconds) }
    let builds = inSpan.filter(\.firesWebhook).map(FailedBuild.init(_:))
    try await reader.tell(builds, into: &reading)
  }

  /// Lists the pipelines from before the span that have moved since it began.
  private func oldPipelines(
    _ project: ProjectReference,
    areChildren: Bool
  ) async throws(PollError) -> [Int64] {
    var found: [Int64] = []
    var page: PageCursor?
    for _ in 0..<Self.pageLimit {
      let next = page
      let answer = try await requester.ask(.pipelines) { timeout throws(GitLabError) in
        try await client.limited(to: timeout)
          .pipelines(
            project,
            updatedAfter: since.milliseconds,
            areChildren: areChildren,
            at: next,
            perPage: Self.pageSize
          )
      }
      found += answer.rows.filter { ($0.createdAt ?? 0) < since.milliseconds }.map(\.id)
      guard answer.next != nil else { break }
      page = answer.next
    }
    return found
  }

  private func failedJobs(
    of pipeline: Int64,
    in project: ProjectReference
  ) async throws(PollError) -> [Job] {
    var jobs: [Job] = []
    var page: PageCursor?
    repeat {
      let next = page
      do throws(PollError) {
        let answer = try await requester.ask(.pipelineJobs) { timeout throws(GitLabError) in
          try await client.limited(to: timeout)
            .pipelineJobs(project, pipeline: pipeline, at: next, perPage: Self.pageSize)
        }
        jobs += answer.rows
        page = answer.next
      } catch .failed(let error) where error.isAbsent {
        return jobs
      }
    } while page != nil
    return jobs
  }
}
