import Sandbox
import TestSupport

extension HistoryRun {
  func startPipeline(in project: Int, by user: Int) {
    let branch = chance.pick(scene.sandbox.change { $0.branches(of: project) }) ?? "main"
    let tags = scene.sandbox.change { $0.tags(of: project) }
    let plan = jobPlan()
    let (ref, source, name): (String, String, String?) =
      switch chance.int(1...6) {
      case 1: (chance.pick(tags) ?? branch, "push", nil)
      case 2: (branch, "merge_request_event", "refs/merge-requests/\(chance.int(1...9))/head")
      case 3: ("main", "schedule", nil)
      case 4: (branch, "trigger", nil)
      default: (branch, "push", nil)
      }
    let created = scene.sandbox.change {
      $0.startPipeline(on: ref, of: project, by: user, source: source, refName: name, jobs: plan)
    }
    remember(created, plan)
    note("\(project): pipeline \(created.id) (\(source), \(ref)), jobs \(created.jobs)")
  }

  private func jobPlan() -> [World.JobPlan] {
    let stages = ["build", "test", "deploy"]
    var plan = (0..<chance.int(1...5)).map { index in
      World.JobPlan(
        "job-\(index)",
        stage: stages[min(index / 2, 2)],
        allowsFailure: chance.oneIn(4) ? true : nil,
        isManual: chance.oneIn(5)
      )
    }
    if chance.oneIn(3) { plan.append(World.JobPlan("child", stage: "build", kind: .bridge)) }
    if chance.oneIn(6) { plan.append(World.JobPlan("outside", stage: "build", kind: .external)) }
    return plan
  }

  private func remember(_ created: World.CreatedPipeline, _ plan: [World.JobPlan]) {
    for (job, planned) in zip(created.jobs, plan) {
      switch planned.kind {
      case .build: break
      case .bridge: bridges.append(job)
      case .external: externals.append(job)
      }
    }
  }

  /// Moves a few jobs of a project on.
  func moveJobs(of project: Int, by user: Int) {
    for _ in 0..<chance.int(1...4) {
      moveJob(of: project, by: user)
      scene.clock.advance(milliseconds: Int64(chance.int(1...3000)))
    }
  }

  private func moveJob(of project: Int, by user: Int) {
    let sandbox = scene.sandbox
    func jobs(_ status: PipelineStatus) -> [Int] {
      sandbox.change { world in world.jobs(of: project, in: status).filter { world.isBuild($0) } }
    }
    switch chance.int(1...20) {
    case ...8:
      guard let job = chance.pick(jobs(.pending)) else { return }
      startOrDrop(job)
    case ...14:
      guard let job = chance.pick(jobs(.running)) else { return }
      finish(job)
    case ...16:
      guard let job = chance.pick(jobs(.manual)) else { return }
      sandbox.change { $0.play(job, by: user) }
      note("\(project): job \(job) played")
    case 17:
      guard let job = chance.pick(jobs(.failed) + jobs(.success)) else { return }
      let new = sandbox.change { $0.retry(job, by: user) }
      note("\(project): job \(job) retried as \(new)")
    case 18:
      guard let job = chance.pick(jobs(.failed)) else { return }
      sandbox.change { $0.erase(job) }
      note("\(project): job \(job) erased")
    case 19:
      startDownstream()
    default:
      guard let job = chance.pick(externals) else { return }
      externals.removeAll { $0 == job }
      let isBad = chance.oneIn(2)
      sandbox.change { $0.setExternalStatus(isBad ? .failed : .success, of: job) }
      note("external \(job) \(isBad ? "failed" : "succeeded")")
    }
  }

  private func startOrDrop(_ job: Int) {
    let what = chance.int(1...12)
    starts[job] = scene.sandbox.now
    scene.sandbox.change { world in
      switch what {
      case 1: world.fail(job, reason: "runner_system_failure")
      case 2: world.cancel(job)
      default: world.start(job)
      }
    }
    note("job \(job) \(what == 1 ? "dropped" : what == 2 ? "cancelled" : "started")")
  }

  private func finish(_ job: Int) {
    let now = scene.sandbox.now
    let early = max(beganAt + 1, starts[job] ?? now, now - Int64(chance.int(0...300)) * 1000)
    let what = chance.int(1...12)
    scene.sandbox.change { world in
      switch what {
      case 1: world.doom(job)
      case 2: world.fail(job, reason: "job_execution_timeout", finishedAt: min(early, now))
      case 3, 4: world.fail(job, retries: true)
      case ...8: world.fail(job)
      default: world.succeed(job)
      }
    }
    let word =
      what == 1 ? "doomed" : what == 2 ? "timed out" : what <= 8 ? "failed" : "succeeded"
    note("job \(job) \(word)\(what == 3 || what == 4 ? " and repeated" : "")")
  }

  private func startDownstream() {
    guard let bridge = chance.pick(bridges) else { return }
    bridges.removeAll { $0 == bridge }
    let plan = jobPlan()
    let isMirrored = chance.oneIn(2)
    let other = chance.pick(
      projects.filter { project in
        scene.sandbox.change { $0.head(of: "main", in: project) } != nil
      }
    )
    let isChild = chance.oneIn(4) ? other == nil : true
    let created = scene.sandbox.change { world in
      guard isChild else {
        return world.startDownstream(of: bridge, in: other, isMirrored: isMirrored, jobs: plan)
      }
      return world.startChild(of: bridge, isMirrored: isMirrored, jobs: plan)
    }
    remember(created, plan)
    note("bridge \(bridge) starts \(isChild ? "child" : "other's") \(created.id) \(created.jobs)")
  }

  /// Deletes a pipeline, after a look: what GitLab has deleted by then is gone.
  func deletePipeline(of project: Int) async throws {
    guard let pipeline = chance.pick(scene.sandbox.change { $0.pipelines(of: project) }),
      try await hasSeen(project)
    else { return }
    let jobs = Set(scene.sandbox.change { $0.jobs(ofPipeline: pipeline) })
    bridges.removeAll { jobs.contains($0) }
    externals.removeAll { jobs.contains($0) }
    scene.sandbox.change { $0.deletePipeline(pipeline) }
    note("\(project): pipeline \(pipeline) deleted")
  }
}
