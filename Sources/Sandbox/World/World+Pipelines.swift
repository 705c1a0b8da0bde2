extension World {
  /// Starts a pipeline on the head of a ref.
  ///
  /// - Parameters:
  ///   - ref: A branch, a tag or a SHA; a merge request's pipeline is named by `refName`.
  ///   - projectID: The project.
  ///   - userID: Who its jobs belong to.
  ///   - source: `push`, `schedule`, `trigger`, `web`, `api`, `merge_request_event`, …
  ///   - refName: The ref shown, such as `refs/merge-requests/7/head`; nil shows `ref`.
  ///   - name: The name set by `workflow:name`.
  ///   - plan: The jobs, their stages in order.
  /// - Returns: The ids of the pipeline and, in the order of the plan, of its jobs.
  @discardableResult
  package mutating func startPipeline(
    on ref: String = "main",
    of projectID: Int,
    by userID: Int,
    source: String = "push",
    refName: String? = nil,
    name: String? = nil,
    jobs plan: [JobPlan]
  ) -> CreatedPipeline {
    makePipeline(
      on: ref,
      of: projectID,
      by: userID,
      source: source,
      refName: refName,
      name: name,
      upstream: nil,
      jobs: plan
    )
  }

  /// Lets a bridge start its child pipeline in the same project.
  @discardableResult
  package mutating func startChild(
    of bridgeID: Int,
    isMirrored: Bool = false,
    jobs plan: [JobPlan]
  ) -> CreatedPipeline {
    startDownstream(of: bridgeID, in: nil, ref: nil, isMirrored: isMirrored, jobs: plan)
  }

  /// Lets a bridge start a pipeline in another project.
  @discardableResult
  package mutating func startDownstream(
    of bridgeID: Int,
    in otherProjectID: Int?,
    ref: String? = nil,
    isMirrored: Bool = false,
    jobs plan: [JobPlan]
  ) -> CreatedPipeline {
    let (index, jobIndex) = position(ofJob: bridgeID)
    let bridge = projects[index].jobs[jobIndex].row
    precondition(bridge.kind == .bridge, "job \(bridgeID) is no bridge")
    let (_, pipelineIndex) = position(ofPipeline: bridge.pipelineID)
    let parent = projects[index].pipelines[pipelineIndex].row
    let projectID = projects[index].id
    let created = makePipeline(
      on: otherProjectID == nil ? parent.sha : ref ?? "main",
      of: otherProjectID ?? projectID,
      by: bridge.userID,
      source: otherProjectID == nil ? "parent_pipeline" : "pipeline",
      refName: otherProjectID == nil ? parent.ref : nil,
      name: nil,
      upstream: Upstream(
        projectID: projectID,
        pipelineID: bridge.pipelineID,
        bridgeID: bridgeID,
        isMirrored: isMirrored
      ),
      jobs: plan
    )
    changeJob(bridgeID) { job, now in
      job.downstream = (otherProjectID ?? projectID, created.id)
      job.startedAt = now
      job.status = isMirrored ? .running : .success
      job.finishedAt = isMirrored ? nil : now
    }
    process(bridge.pipelineID)
    return created
  }

  /// Deletes a pipeline with its jobs, as an owner or a clean-up job may.
  package mutating func deletePipeline(_ id: Int) {
    let (index, pipelineIndex) = position(ofPipeline: id)
    let pipeline = projects[index].pipelines.remove(at: pipelineIndex)
    projects[index].jobs.removeAll { $0.row.pipelineID == id }
    pipelineProjects[id] = nil
    for job in pipeline.row.jobs { jobProjects[job] = nil }
  }

  /// Returns a pipeline's status.
  package func status(ofPipeline id: Int) -> PipelineStatus {
    let (index, pipelineIndex) = position(ofPipeline: id)
    return projects[index].pipelines[pipelineIndex].row.status
  }

  /// Returns when a pipeline's row last moved.
  package func updatedAt(ofPipeline id: Int) -> Int64 {
    let (index, pipelineIndex) = position(ofPipeline: id)
    return projects[index].pipelines[pipelineIndex].row.updatedAt
  }

  /// Returns the ids of a project's pipelines, oldest first.
  package func pipelines(of projectID: Int) -> [Int] {
    projects[index(ofProject: projectID)].pipelines.map(\.row.id)
  }

  /// Returns the ids of a pipeline's jobs, oldest first, bridges and retried ones among them.
  package func jobs(ofPipeline id: Int) -> [Int] {
    let (index, pipelineIndex) = position(ofPipeline: id)
    return projects[index].pipelines[pipelineIndex].row.jobs
  }

  // MARK: Machinery

  func position(ofPipeline id: Int) -> (project: Int, pipeline: Int) {
    guard let projectID = pipelineProjects[id], let index = projectIndexes[projectID],
      let pipelineIndex = projects[index].pipelineIndex(id)
    else { preconditionFailure("no pipeline \(id)") }
    return (index, pipelineIndex)
  }

  /// Does the pipeline worker's round: lets stages go on, sums up the status, moves `updated_at`.
  mutating func process(_ id: Int) {
    guard !isProcessingPaused else {
      if !waitingPipelines.contains(id) { waitingPipelines.append(id) }
      return
    }
    let (index, pipelineIndex) = position(ofPipeline: id)
    advanceStages(ofPipeline: id, at: index)
    let pipeline = projects[index].pipelines[pipelineIndex].row
    var total = CompositeStatus()
    // The worker sees committed rows alone, so its own is never visible before those it sums up.
    var due = visibleAt
    for id in pipeline.jobs {
      guard let jobIndex = projects[index].jobIndex(id) else { continue }
      let job = projects[index].jobs[jobIndex]
      due = max(due, job.visibleAt)
      if !job.row.isRetried { total.add(job.row.status, allowsFailure: job.row.allowsFailure) }
    }
    guard let status = total.status, status != pipeline.status || status == .success else { return }
    let now = now
    projects[index].pipelines[pipelineIndex].change(visibleAt: due, now: now) { pipeline in
      pipeline.status = status
      pipeline.updatedAt = now
      if status == .running, pipeline.startedAt == nil { pipeline.startedAt = now }
      pipeline.finishedAt = status.isComplete ? now : nil
    }
    guard let upstream = pipeline.upstream, upstream.isMirrored,
      jobProjects[upstream.bridgeID] != nil, status.isComplete || status == .running
    else { return }
    changeJob(upstream.bridgeID) { bridge, now in
      bridge.status = status == .skipped ? .success : status
      bridge.finishedAt = status.isComplete ? now : nil
      bridge.failureReason = status == .failed ? "downstream_pipeline_creation_failed" : nil
    }
    process(upstream.pipelineID)
  }

  mutating func processWaitingPipelines() {
    let waiting = waitingPipelines
    waitingPipelines = []
    for id in waiting where pipelineProjects[id] != nil { process(id) }
  }

  func latestJobs(of pipeline: Pipeline, at index: Int) -> [Job] {
    pipeline.jobs.compactMap { id in
      guard let job = projects[index].jobIndex(id) else { return nil }
      let row = projects[index].jobs[job].row
      return row.isRetried ? nil : row
    }
  }

  private mutating func advanceStages(ofPipeline id: Int, at index: Int) {
    guard let pipelineIndex = projects[index].pipelineIndex(id) else { return }
    let pipeline = projects[index].pipelines[pipelineIndex].row
    var before = CompositeStatus()
    for stage in pipeline.stages {
      let status = before.status ?? .success
      for job in latestJobs(of: pipeline, at: index) where job.stage == stage {
        guard job.status == .created else { continue }
        switch status {
        case .success where job.isManual, .skipped where job.isManual:
          changeJob(job.id) { job, _ in job.status = .manual }
        case .success, .skipped:
          enqueue(job.id)
        case .failed, .canceled:
          changeJob(job.id) { job, _ in job.status = .skipped }
        default:
          continue
        }
      }
      for job in latestJobs(of: pipeline, at: index) where job.stage == stage {
        before.add(job.status, allowsFailure: job.allowsFailure)
      }
    }
  }

  private mutating func makePipeline(
    on ref: String,
    of projectID: Int,
    by userID: Int,
    source: String,
    refName: String?,
    name: String?,
    upstream: Upstream?,
    jobs plan: [JobPlan]
  ) -> CreatedPipeline {
    let index = index(ofProject: projectID)
    guard let commit = projects[index].repository.resolve(ref) else {
      preconditionFailure("project \(projectID) has no \(ref)")
    }
    projects[index].pipelineCount += 1
    let shownRef = refName ?? ref
    var pipeline = Pipeline(
      id: nextID(.pipeline),
      iid: projects[index].pipelineCount,
      sha: projects[index].repository.commits[commit].sha,
      commit: commit,
      ref: shownRef,
      isTag: projects[index].repository.tags[shownRef] != nil
        && projects[index].repository.branches[shownRef] == nil,
      source: source,
      userID: userID,
      name: name,
      createdAt: now,
      updatedAt: now,
      upstream: upstream
    )
    for job in plan where !pipeline.stages.contains(job.stage) { pipeline.stages.append(job.stage) }
    pipelineProjects[pipeline.id] = projectID
    projects[index].pipelines.append(Versioned(pipeline, visibleAt: visibleAt))
    let jobs = plan.map { addJob($0, to: pipeline.id, at: index, by: userID) }
    process(pipeline.id)
    return CreatedPipeline(id: pipeline.id, jobs: jobs)
  }
}
