import Sandbox
import Testing

@Suite struct JobTests {
  private typealias Plan = World.JobPlan

  private func start(
    _ it: Fixture,
    _ plan: [World.JobPlan],
    source: String = "push"
  ) -> World.CreatedPipeline {
    it.sandbox.change {
      $0.startPipeline(of: it.project, by: it.bob, source: source, jobs: plan)
    }
  }

  @Test func `a failed job is told with its user and the pipeline's commit`() throws {
    let it = Fixture(commits: ["first", "fix parser\n\nlong text\n"])
    let pipeline = start(it, [Plan("unit")])
    it.fail(pipeline.jobs[0])
    let hook = try #require(it.sandbox.webhooks.last)
    #expect(hook.kind == .build)
    #expect(hook.action == "failed")
    #expect(hook.rowID == pipeline.jobs[0])
    #expect(hook.message == "fix parser\n\nlong text\n")
    #expect(hook.username == "bob")
    #expect(hook.finishedAt == Fixture.start + 1000)
    let payload = try JSONValue(hook.payload)
    #expect(payload["object_kind"].string == "build")
    #expect(payload["build_status"].string == "failed")
    #expect(payload["commit"]["id"].int == pipeline.id)
    let job = try it.ofProject("jobs?scope[]=failed")[0]
    #expect(job["finished_at"].string == "2026-11-24T00:00:01.000Z")
    #expect(job["commit"]["message"].string == hook.message)
    #expect(job["failure_reason"].string == "script_failure")
  }

  @Test func `a pipeline's row moves at the end, not at each failure`() {
    let it = Fixture()
    let pipeline = start(it, [Plan("a"), Plan("b")])
    it.sandbox.change { $0.start(pipeline.jobs[0]) }
    it.sandbox.change { $0.start(pipeline.jobs[1]) }
    let moved = it.sandbox.change { $0.updatedAt(ofPipeline: pipeline.id) }
    it.clock.advance(by: 5000)
    it.sandbox.change { _ = $0.fail(pipeline.jobs[0]) }
    #expect(it.sandbox.change { $0.updatedAt(ofPipeline: pipeline.id) } == moved)
    #expect(it.sandbox.change { $0.status(ofPipeline: pipeline.id) } == .running)
    it.clock.advance(by: 5000)
    it.sandbox.change { $0.succeed(pipeline.jobs[1]) }
    #expect(it.sandbox.change { $0.updatedAt(ofPipeline: pipeline.id) } == moved + 10_000)
    #expect(it.sandbox.change { $0.status(ofPipeline: pipeline.id) } == .failed)
  }

  @Test func `later stages wait, start and are skipped`() {
    let it = Fixture()
    let pipeline = start(
      it,
      [Plan("build", stage: "build"), Plan("unit"), Plan("pack", stage: "x")]
    )
    let status = { job in it.sandbox.change { $0.status(ofJob: pipeline.jobs[job]) } }
    #expect([status(0), status(1), status(2)] == [.pending, .created, .created])
    it.sandbox.change { world in
      world.start(pipeline.jobs[0])
      world.succeed(pipeline.jobs[0])
    }
    #expect([status(1), status(2)] == [.pending, .created])
    it.fail(pipeline.jobs[1])
    #expect(status(2) == .skipped)
    #expect(it.sandbox.change { $0.status(ofPipeline: pipeline.id) } == .failed)
  }

  @Test func `a retry gets a new id, and later jobs wait again under their old one`() throws {
    let it = Fixture()
    let pipeline = start(it, [Plan("unit"), Plan("pack", stage: "pack")])
    it.fail(pipeline.jobs[0])
    it.clock.advance(by: 60_000)
    let retried = it.sandbox.change { $0.retry(pipeline.jobs[0], by: it.ann) }
    #expect(retried > pipeline.jobs[1])
    #expect(it.sandbox.change { $0.status(ofJob: pipeline.jobs[1]) } == .created)
    #expect(it.sandbox.change { $0.updatedAt(ofPipeline: pipeline.id) } == it.clock.now)
    it.sandbox.change { world in
      world.start(retried)
      world.succeed(retried)
      world.start(pipeline.jobs[1])
    }
    it.sandbox.change { _ = $0.fail(pipeline.jobs[1]) }
    #expect(it.sandbox.webhooks.filter { $0.kind == .build }.map(\.rowID) == pipeline.jobs)
    let path = "pipelines/\(pipeline.id)/jobs?scope[]=failed"
    #expect(try it.ofProject(path).rows.compactMap { $0["id"].int } == [pipeline.jobs[1]])
    #expect(
      try it.ofProject(path + "&include_retried=true").rows.compactMap { $0["id"].int }
        == pipeline.jobs.reversed()
    )
    #expect(
      try it.ofProject("jobs?scope[]=failed").rows.compactMap { $0["id"].int }
        == pipeline.jobs.reversed()
    )
  }

  @Test func `an automatic retry fails again under another id`() {
    let it = Fixture()
    let pipeline = start(it, [Plan("flaky")])
    it.sandbox.change { $0.start(pipeline.jobs[0]) }
    let clone = it.sandbox.change { $0.fail(pipeline.jobs[0], retries: true) } ?? 0
    #expect(it.sandbox.change { $0.status(ofJob: clone) } == .pending)
    #expect(it.sandbox.change { $0.status(ofPipeline: pipeline.id) } == .pending)
    it.fail(clone)
    #expect(
      it.sandbox.webhooks.filter { $0.kind == .build }.map(\.rowID) == [pipeline.jobs[0], clone]
    )
  }

  @Test func `a manual job played weeks later keeps its id and moves the pipeline`() {
    let it = Fixture()
    let pipeline = start(it, [Plan("unit"), Plan("deploy", stage: "deploy", isManual: true)])
    it.sandbox.change { world in
      world.start(pipeline.jobs[0])
      world.succeed(pipeline.jobs[0])
    }
    #expect(it.sandbox.change { $0.status(ofPipeline: pipeline.id) } == .success)
    it.clock.advance(by: 21 * 86_400_000)
    it.sandbox.change { $0.play(pipeline.jobs[1], by: it.ann) }
    it.fail(pipeline.jobs[1])
    #expect(it.sandbox.change { $0.updatedAt(ofPipeline: pipeline.id) } == it.clock.now)
    #expect(it.sandbox.webhooks.last?.rowID == pipeline.jobs[1])
    #expect(it.sandbox.webhooks.last?.username == "ann")
  }

  @Test func `a job dropped before the worker ran leaves the pipeline where it was`() {
    let it = Fixture()
    let pipeline = start(it, [Plan("unit"), Plan("deploy", isManual: true)])
    it.fail(pipeline.jobs[0])
    #expect(it.sandbox.change { $0.status(ofPipeline: pipeline.id) } == .failed)
    let moved = it.sandbox.change { $0.updatedAt(ofPipeline: pipeline.id) }
    it.clock.advance(by: 1000)
    it.sandbox.change { world in
      world.isProcessingPaused = true
      world.play(pipeline.jobs[1], by: it.ann)
      world.fail(pipeline.jobs[1])
      world.isProcessingPaused = false
    }
    #expect(it.sandbox.change { $0.updatedAt(ofPipeline: pipeline.id) } == moved)
    #expect(it.sandbox.webhooks.last?.rowID == pipeline.jobs[1])
  }

  @Test func `what the webhook leaves out has no hook`() throws {
    let it = Fixture()
    let pipeline = start(
      it,
      [
        Plan("doomed"), Plan("bridge", kind: .bridge), Plan("outside", kind: .external),
        Plan("mine"),
      ]
    )
    let before = it.sandbox.webhooks.count
    it.sandbox.change { world in
      world.doom(pipeline.jobs[0])
      world.fail(pipeline.jobs[1])
      world.setExternalStatus(.failed, of: pipeline.jobs[2])
      world.block(it.bob)
    }
    #expect(it.sandbox.webhooks.count == before)
    let jobs = try it.ofProject("jobs?scope[]=failed").rows
    #expect(jobs.compactMap { $0["name"].string } == ["mine", "doomed"])
    #expect(
      jobs.map { $0["failure_reason"].string } == ["user_blocked", "data_integrity_failure"]
    )
    #expect(jobs[0]["user"]["state"].string == "blocked")
  }

  @Test func `a child pipeline is listed only by its source and found by its bridge`() throws {
    let it = Fixture()
    let parent = start(it, [Plan("trigger", kind: .bridge)])
    let child = it.sandbox.change { $0.startChild(of: parent.jobs[0], jobs: [Plan("inner")]) }
    it.fail(child.jobs[0])
    #expect(it.sandbox.change { $0.status(ofPipeline: parent.id) } == .success)
    let ids = { path in try it.ofProject(path).rows.compactMap { $0["id"].int } }
    #expect(try ids("pipelines") == [parent.id])
    #expect(try ids("pipelines?source=parent_pipeline") == [child.id])
    #expect(try ids("jobs") == child.jobs)
    let bridge = try it.ofProject("pipelines/\(parent.id)/bridges")[0]
    #expect(bridge["downstream_pipeline"]["id"].int == child.id)
    it.sandbox.change { $0.settings.version = "16.11.0" }
    #expect(try ids("pipelines?source=parent_pipeline") == [])
  }

  @Test func `a mirrored child gives its status to the bridge and the parent`() {
    let it = Fixture()
    let parent = start(it, [Plan("trigger", kind: .bridge)])
    let child = it.sandbox.change {
      $0.startChild(of: parent.jobs[0], isMirrored: true, jobs: [Plan("inner")])
    }
    #expect(it.sandbox.change { $0.status(ofPipeline: parent.id) } == .running)
    it.fail(child.jobs[0])
    #expect(it.sandbox.change { $0.status(ofPipeline: parent.id) } == .failed)
    #expect(it.sandbox.webhooks.filter { $0.kind == .build }.map(\.rowID) == child.jobs)
  }

  @Test func `erased and timed out jobs stay failed with their own times`() throws {
    let it = Fixture()
    let pipeline = start(it, [Plan("slow")])
    it.sandbox.change { $0.start(pipeline.jobs[0]) }
    it.clock.advance(by: 7_200_000)
    it.sandbox.change { world in
      _ = world.fail(
        pipeline.jobs[0],
        reason: "job_execution_timeout",
        finishedAt: Fixture.start + 3_600_000
      )
      world.erase(pipeline.jobs[0])
    }
    let job = try it.ofProject("jobs/\(pipeline.jobs[0])")
    #expect(job["finished_at"].string == "2026-11-24T01:00:00.000Z")
    #expect(job["erased_at"].string == "2026-11-24T02:00:00.000Z")
    #expect(job["artifacts"].rows.isEmpty)
  }

  @Test func `a deleted pipeline takes its jobs away`() throws {
    let it = Fixture()
    let pipeline = start(it, [Plan("unit")])
    it.fail(pipeline.jobs[0])
    it.sandbox.change { $0.deletePipeline(pipeline.id) }
    #expect(try it.ofProject("jobs").rows.isEmpty)
    #expect(
      try it.ofProject("pipelines/\(pipeline.id)/jobs", status: 404)["message"].string
        == "404 Not found"
    )
  }

  @Test func `rows become visible late, and changed rows show their old state till then`() throws {
    let it = Fixture()
    let pipeline = start(it, [Plan("unit")])
    it.sandbox.change { $0.start(pipeline.jobs[0]) }
    it.sandbox.change { world in
      world.visibilityDelay = 30_000
      world.fail(pipeline.jobs[0])
      world.push("late", of: it.project, by: it.ann)
      world.visibilityDelay = 0
      world.push("early", of: it.project, by: it.ann)
    }
    let titles = {
      try it.ofProject("events?per_page=2").rows
        .map { $0["push_data"]["commit_title"].string }
    }
    #expect(try it.ofProject("jobs")[0]["status"].string == "running")
    #expect(try it.ofProject("pipelines")[0]["status"].string == "running")
    #expect(try titles() == ["early", "second"])
    it.clock.advance(by: 30_000)
    #expect(try it.ofProject("jobs")[0]["status"].string == "failed")
    #expect(try it.ofProject("pipelines")[0]["status"].string == "failed")
    #expect(try titles() == ["early", "late"])
  }
}
