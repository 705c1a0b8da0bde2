extension World {
  // MARK: What runners do

  /// Lets a runner take a pending job.
  package mutating func start(_ jobID: Int) {
    changeJob(jobID) { job, now in
      precondition(job.status == .pending, "job \(job.id) is \(job.status.rawValue)")
      job.status = .running
      job.startedAt = now
    }
    announce(jobID)
    let (index, jobIndex) = position(ofJob: jobID)
    process(projects[index].jobs[jobIndex].row.pipelineID)
  }

  /// Lets a running job succeed.
  package mutating func succeed(_ jobID: Int) {
    finish(jobID, .success)
  }

  /// Lets a job fail; one that is only pending is dropped without having run.
  ///
  /// - Parameters:
  ///   - jobID: The job.
  ///   - reason: For example `script_failure`, `job_execution_timeout`, `runner_system_failure`.
  ///   - finishedAt: A back-dated end, as GitLab writes for timeouts; nil is now.
  ///   - retries: Whether the configuration's `retry:` clones it at once under a new id.
  /// - Returns: The id of the clone, if there is one.
  @discardableResult
  package mutating func fail(
    _ jobID: Int,
    reason: String = "script_failure",
    finishedAt: Int64? = nil,
    retries: Bool = false
  ) -> Int? {
    changeJob(jobID) { job, now in
      precondition(!job.status.isComplete, "job \(job.id) is \(job.status.rawValue)")
      job.status = .failed
      job.failureReason = reason
      job.finishedAt = finishedAt ?? now
    }
    let (index, jobIndex) = position(ofJob: jobID)
    let pipelineID = projects[index].jobs[jobIndex].row.pipelineID
    // The hook's worker was queued with the failed row, before the clone.
    if !["user_blocked", "data_integrity_failure"].contains(reason) { announce(jobID) }
    let clone = retries ? clone(jobID, by: nil) : nil
    process(pipelineID)
    return clone
  }

  /// Forces a job to failed by a direct update of its row: no hook, no end time.
  package mutating func doom(_ jobID: Int) {
    changeJob(jobID) { job, _ in
      job.status = .failed
      job.failureReason = "data_integrity_failure"
    }
    let (index, jobIndex) = position(ofJob: jobID)
    process(projects[index].jobs[jobIndex].row.pipelineID)
  }

  // MARK: What users do

  /// Cancels a job.
  package mutating func cancel(_ jobID: Int) {
    finish(jobID, .canceled)
  }

  /// Plays a manual job, which keeps its id and now belongs to the one who played it.
  package mutating func play(_ jobID: Int, by userID: Int) {
    let (index, jobIndex) = position(ofJob: jobID)
    let job = projects[index].jobs[jobIndex].row
    precondition(job.status == .manual, "job \(jobID) is \(job.status.rawValue), not manual")
    changeJob(jobID) { job, _ in job.userID = userID }
    requeueLaterStages(than: job, at: index)
    enqueue(jobID)
    process(job.pipelineID)
  }

  /// Retries a finished job and returns the new job's id; later skipped jobs wait anew.
  @discardableResult
  package mutating func retry(_ jobID: Int, by userID: Int) -> Int {
    let (index, jobIndex) = position(ofJob: jobID)
    let job = projects[index].jobs[jobIndex].row
    precondition(job.status.isComplete && !job.isRetried, "job \(jobID) cannot be retried")
    let id = clone(jobID, by: userID)
    requeueLaterStages(than: job, at: index)
    process(job.pipelineID)
    return id
  }

  /// Erases a job's log and artifacts; it stays failed.
  package mutating func erase(_ jobID: Int) {
    changeJob(jobID) { job, now in job.erasedAt = now }
  }

  /// Sets a status from outside on an `external` job.
  package mutating func setExternalStatus(_ status: PipelineStatus, of jobID: Int) {
    changeJob(jobID) { job, now in
      precondition(job.kind == .external, "job \(job.id) is not external")
      job.status = status
      job.finishedAt = status.isComplete ? now : nil
    }
    let (index, jobIndex) = position(ofJob: jobID)
    process(projects[index].jobs[jobIndex].row.pipelineID)
  }

  // MARK: Asking

  /// Returns a job's status.
  package func status(ofJob id: Int) -> PipelineStatus {
    let (index, jobIndex) = position(ofJob: id)
    return projects[index].jobs[jobIndex].row.status
  }

  /// Tells whether a job is there and is neither a bridge nor external.
  package func isBuild(_ id: Int) -> Bool {
    guard let projectID = jobProjects[id], let index = projectIndexes[projectID],
      let jobIndex = projects[index].jobIndex(id)
    else { return false }
    return projects[index].jobs[jobIndex].row.kind == .build
  }

  /// Returns the ids of a project's jobs in a status, oldest first, without retried ones.
  package func jobs(of projectID: Int, in status: PipelineStatus) -> [Int] {
    projects[index(ofProject: projectID)].jobs
      .filter { $0.row.status == status && !$0.row.isRetried }
      .map(\.row.id)
  }

  // MARK: Machinery

  func position(ofJob id: Int) -> (project: Int, job: Int) {
    guard let projectID = jobProjects[id], let index = projectIndexes[projectID],
      let jobIndex = projects[index].jobIndex(id)
    else { preconditionFailure("no job \(id)") }
    return (index, jobIndex)
  }

  mutating func changeJob(_ id: Int, _ edit: (inout Job, Int64) -> Void) {
    let (index, jobIndex) = position(ofJob: id)
    let (now, due) = (now, visibleAt)
    projects[index].jobs[jobIndex].change(visibleAt: due, now: now) { edit(&$0, now) }
  }

  mutating func enqueue(_ jobID: Int) {
    changeJob(jobID) { job, now in
      job.status = .pending
      job.queuedAt = now
    }
    announce(jobID)
  }

  mutating func addJob(_ plan: JobPlan, to pipelineID: Int, at index: Int, by userID: Int) -> Int {
    let id = nextID(.job)
    let kind: Job.Kind =
      switch plan.kind {
      case .build: .build
      case .bridge: .bridge
      case .external: .external
      }
    insert(
      Job(
        id: id,
        pipelineID: pipelineID,
        kind: kind,
        name: plan.name,
        stage: plan.stage,
        allowsFailure: plan.allowsFailure,
        isManual: plan.isManual,
        userID: userID,
        status: .created,
        createdAt: now
      ),
      at: index
    )
    return id
  }

  private mutating func insert(_ job: Job, at index: Int) {
    jobProjects[job.id] = projects[index].id
    projects[index].jobs.append(Versioned(job, visibleAt: visibleAt))
    guard let pipelineIndex = projects[index].pipelineIndex(job.pipelineID) else { return }
    let now = now
    projects[index].pipelines[pipelineIndex].change(visibleAt: now, now: now) {
      $0.jobs.append(job.id)
    }
    announce(job.id)
  }

  private mutating func finish(_ jobID: Int, _ status: PipelineStatus) {
    changeJob(jobID) { job, now in
      precondition(!job.status.isComplete, "job \(job.id) is \(job.status.rawValue)")
      job.status = status
      job.finishedAt = now
    }
    announce(jobID)
    let (index, jobIndex) = position(ofJob: jobID)
    process(projects[index].jobs[jobIndex].row.pipelineID)
  }

  /// Makes a new job of an old one, which then counts as retried.
  private mutating func clone(_ jobID: Int, by userID: Int?) -> Int {
    let (index, jobIndex) = position(ofJob: jobID)
    let old = projects[index].jobs[jobIndex].row
    let id = nextID(.job)
    insert(
      Job(
        id: id,
        pipelineID: old.pipelineID,
        kind: old.kind,
        name: old.name,
        stage: old.stage,
        allowsFailure: old.allowsFailure,
        isManual: false,
        userID: userID ?? old.userID,
        status: .created,
        createdAt: now
      ),
      at: index
    )
    changeJob(jobID) { job, _ in job.isRetried = true }
    enqueue(id)
    return id
  }

  private mutating func requeueLaterStages(than job: Job, at index: Int) {
    guard let pipelineIndex = projects[index].pipelineIndex(job.pipelineID) else { return }
    let pipeline = projects[index].pipelines[pipelineIndex].row
    guard let stage = pipeline.stages.firstIndex(of: job.stage) else { return }
    let later = Set(pipeline.stages[(stage + 1)...])
    for other in latestJobs(of: pipeline, at: index)
    where later.contains(other.stage) && other.status == .skipped {
      changeJob(other.id) { job, _ in job.status = .created }
    }
  }

  private mutating func announce(_ jobID: Int) {
    let (index, _) = position(ofJob: jobID)
    recordBuild(jobID, of: index)
  }
}
