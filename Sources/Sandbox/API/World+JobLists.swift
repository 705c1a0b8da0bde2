extension World {
  /// `GET /projects/:id/jobs`: newest id first, retried ones too, bridges not.
  func jobList(_ call: Call, at index: Int) -> SandboxReply {
    let query = call.query
    let scopes: Set<PipelineStatus>
    switch self.scopes(query) {
    case .success(let wanted): scopes = wanted
    case .failure(let refusal): return refusal.reply
    }
    let page = Page(query)
    let isKeyset = query["pagination"] == "keyset"
    let knowsOrder = settings.isAtLeast(18, 0)
    let isAscending = knowsOrder && query["sort"] == "asc"
    if isKeyset, !settings.isAtLeast(15, 9) || (query["sort"] == "asc" && !knowsOrder) {
      return .error(405, "Keyset pagination is not yet available for this type of request")
    }
    if !isKeyset, page.number * page.size > settings.offsetLimit {
      return .error(
        405,
        "Offset pagination has a maximum allowed offset of \(settings.offsetLimit) for requests "
          + "that return objects of type Ci::Build. Remaining records can be retrieved using "
          + "keyset pagination."
      )
    }
    let cursor = isKeyset ? query["cursor"].flatMap { Cursor.decode($0) } : nil
    let skipped = isKeyset ? 0 : (page.number - 1) * page.size
    let rows = jobRows(at: index, isAscending: isAscending, skip: skipped, limit: page.size + 1) {
      if let cursor, isAscending ? $0.id <= cursor : $0.id >= cursor { return false }
      return $0.kind == .build && (scopes.isEmpty || scopes.contains($0.status))
    }
    let shown = rows.prefix(page.size)
    let hasMore = rows.count > page.size
    var json = JSONWriter(utcOffset: settings.utcOffset, capacity: shown.count * 2400 + 16)
    json.array(shown) { write($1, of: projects[index], to: &$0) }
    let next = hasMore ? shown.last.map { ["cursor": Cursor.encode($0.id)] } : nil
    return .json(
      200,
      json.bytes,
      headers: isKeyset
        ? page.keysetHeaders(call, next: next, base: settings)
        : page.headers(call, total: nil, hasMore: hasMore, base: settings)
    )
  }

  func jobDetail(_ call: Call, at index: Int) -> SandboxReply {
    guard let id = Int(call.item), let jobIndex = projects[index].jobIndex(id),
      let job = projects[index].jobs[jobIndex].seen(at: now), job.kind == .build
    else { return .message(404, "404 Not found") }
    var json = JSONWriter(utcOffset: settings.utcOffset)
    write(job, of: projects[index], to: &json)
    return .json(200, json.bytes)
  }

  /// `GET …/pipelines/:id/jobs` and `/bridges`: of the bare pipeline, newest id first.
  func pipelineJobs(_ call: Call, at index: Int, kind: Job.Kind) -> SandboxReply {
    guard let pipeline = visiblePipeline(call.item, at: index) else {
      return .message(404, "404 Not found")
    }
    let scopes: Set<PipelineStatus>
    switch self.scopes(call.query) {
    case .success(let wanted): scopes = wanted
    case .failure(let refusal): return refusal.reply
    }
    let includesRetried = call.query.flag("include_retried") ?? false
    let page = Page(call.query)
    let found = pipeline.jobs.reversed().compactMap { id -> Job? in
      guard let jobIndex = projects[index].jobIndex(id),
        let job = projects[index].jobs[jobIndex].seen(at: now), job.kind == kind,
        includesRetried || !job.isRetried, scopes.isEmpty || scopes.contains(job.status)
      else { return nil }
      return job
    }
    var json = JSONWriter(utcOffset: settings.utcOffset)
    json.array(page.slice(of: found)) { write($1, of: projects[index], to: &$0) }
    return .json(
      200,
      json.bytes,
      headers: page.headers(call, total: found.count, base: settings)
    )
  }

  private func jobRows(
    at index: Int,
    isAscending: Bool,
    skip: Int,
    limit: Int,
    where isWanted: (Job) -> Bool
  ) -> [Job] {
    var rows: [Job] = []
    var skipped = 0
    let count = projects[index].jobs.count
    for step in 0..<count {
      let position = isAscending ? step : count - 1 - step
      guard let job = projects[index].jobs[position].seen(at: now), isWanted(job) else { continue }
      if skipped < skip {
        skipped += 1
        continue
      }
      rows.append(job)
      if rows.count == limit { break }
    }
    return rows
  }

  private struct Refusal: Error {
    let reply: SandboxReply
  }

  private func scopes(_ query: Query) -> Result<Set<PipelineStatus>, Refusal> {
    var wanted: Set<PipelineStatus> = []
    for name in query.list("scope") {
      guard let status = PipelineStatus(rawValue: name),
        status != .waitingForCallback || settings.isAtLeast(16, 8),
        status != .canceling || settings.isAtLeast(16, 11)
      else {
        return .failure(Refusal(reply: .error(400, "Scope contains invalid value(s)")))
      }
      wanted.insert(status)
    }
    return .success(wanted)
  }
}
