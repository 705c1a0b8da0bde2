import Sandbox
import Testing

/// The keys of the answers, as GitLab documents them; what differs by version is named.
@Suite struct BodyTests {
  private static let user: Set = [
    "id", "username", "name", "state", "locked", "avatar_url", "web_url",
  ]
  private static let commit: Set = [
    "id", "short_id", "created_at", "parent_ids", "title", "message", "author_name",
    "author_email", "authored_date", "committer_name", "committer_email", "committed_date",
    "trailers", "extended_trailers", "web_url",
  ]
  private static let pipeline: Set = [
    "id", "iid", "project_id", "sha", "ref", "status", "source", "created_at", "updated_at",
    "web_url",
  ]
  private static let job: Set = [
    "id", "status", "stage", "name", "ref", "tag", "coverage", "allow_failure", "created_at",
    "started_at", "finished_at", "erased_at", "duration", "queued_duration", "user", "commit",
    "pipeline", "web_url", "project", "artifacts", "source", "runner", "runner_manager",
    "artifacts_expire_at", "archived", "tag_list",
  ]
  private static let simpleProject: Set = [
    "id", "description", "name", "name_with_namespace", "path", "path_with_namespace",
    "created_at", "default_branch", "tag_list", "topics", "ssh_url_to_repo", "http_url_to_repo",
    "web_url", "readme_url", "forks_count", "avatar_url", "star_count", "last_activity_at",
    "visibility", "namespace",
  ]

  private func fixture(_ version: String = "17.11.2") -> Fixture {
    var settings = World.Settings()
    settings.version = version
    let it = Fixture(settings)
    it.sandbox.change { world in
      let pipeline = world.startPipeline(
        of: it.project,
        by: it.ann,
        name: "Build",
        jobs: [World.JobPlan("unit"), World.JobPlan("later", stage: "later")]
      )
      world.start(pipeline.jobs[0])
      world.fail(pipeline.jobs[0])
    }
    return it
  }

  @Test func `a job says why it failed, and only then`() throws {
    let rows = try fixture().ofProject("jobs").rows
    #expect(rows[1].keys == Self.job.union(["failure_reason"]))
    #expect(rows[0].keys == Self.job)
    #expect(rows[0]["runner"] == .null)
    #expect(rows[1]["commit"].keys == Self.commit)
    #expect(rows[1]["pipeline"].keys == Self.pipeline)
    #expect(rows[1]["user"].keys.isSuperset(of: Self.user.union(["bio", "created_at"])))
    #expect(rows[1]["commit"]["created_at"].string == "2026-11-24T00:00:00.000+00:00")
  }

  @Test func `a pipeline in a list has a name, one asked for has a user and times too`() throws {
    let it = fixture()
    #expect(try it.ofProject("pipelines")[0].keys == Self.pipeline.union(["name"]))
    let detail = try it.ofProject("pipelines/1")
    #expect(
      detail.keys
        == Self.pipeline.union([
          "name", "before_sha", "tag", "yaml_errors", "user", "started_at", "finished_at",
          "committed_at", "duration", "queued_duration", "coverage", "detailed_status",
        ])
    )
    #expect(detail["user"].keys == Self.user)
    #expect(detail["name"].string == "Build")
  }

  @Test func `a short project has the keys of the short form, a long one many more`() throws {
    let it = fixture()
    let short = try it.get("projects?simple=true")[0]
    #expect(short.keys == Self.simpleProject)
    #expect(
      short["namespace"].keys == [
        "id", "name", "path", "kind", "full_path", "parent_id", "avatar_url", "web_url",
      ]
    )
    let long = try it.get("projects/1")
    #expect(
      long.keys.isSuperset(
        of: Self.simpleProject.union([
          "archived", "jobs_enabled", "builds_access_level", "permissions", "_links", "updated_at",
          "empty_repo", "issues_enabled", "shared_with_groups", "ci_config_path",
        ])
      )
    )
    #expect(long["permissions"]["project_access"]["access_level"].int == 20)
    #expect(try it.get("projects")[0].keys == long.keys)
  }

  @Test func `older versions lack what came later`() throws {
    let it = fixture("15.4.0")
    let job = try it.ofProject("jobs")[1]
    #expect(
      Self.job.union(["failure_reason"]).subtracting(job.keys)
        == ["source", "runner_manager", "archived"]
    )
    #expect(try it.ofProject("pipelines")[0].keys == Self.pipeline)
    #expect(try it.ofProject("events")[0].keys.isDisjoint(with: ["imported", "imported_from"]))
    #expect(
      try it.get("projects?simple=true")[0].keys == Self.simpleProject.subtracting(["visibility"])
    )
    #expect(try it.get("projects/1").keys.contains("visibility"))
  }

  @Test func `hostile text comes back as it was, with HTML escaped as Rails does`() throws {
    let text = "a\"b\\c\r\nd\te\u{7}\u{0}<font>&amp; 文\u{2028}👩‍👩‍👧"
    let it = Fixture(commits: [text])
    let reply = it.reply("projects/1/repository/commits")
    #expect(try JSONValue(reply.body)[0]["message"].string == text)
    #expect(String(decoding: reply.body, as: UTF8.self).contains("\\u003cfont\\u003e\\u0026amp;"))
    #expect(try JSONValue(it.sandbox.webhooks[0].payload)["commits"][0]["message"].string == text)
  }

  struct Sum: Sendable, CustomTestStringConvertible {
    let jobs: [(PipelineStatus, allowsFailure: Bool)]
    let status: PipelineStatus

    var testDescription: String { "\(jobs.map(\.0.rawValue)) give \(status.rawValue)" }
  }

  static let sums = [
    Sum(jobs: [(.success, false), (.success, false)], status: .success),
    Sum(jobs: [(.success, false), (.failed, false)], status: .failed),
    Sum(jobs: [(.success, false), (.failed, true)], status: .success),
    Sum(jobs: [(.failed, false), (.running, false)], status: .running),
    Sum(jobs: [(.failed, false), (.pending, false)], status: .running),
    Sum(jobs: [(.pending, false), (.pending, false)], status: .pending),
    Sum(jobs: [(.canceled, false), (.success, false)], status: .canceled),
    Sum(jobs: [(.canceled, false), (.failed, false)], status: .failed),
    Sum(jobs: [(.canceled, true)], status: .success),
    Sum(jobs: [(.failed, true)], status: .success),
  ]

  @Test(arguments: sums)
  func `a pipeline's status is the sum of its jobs`(sum: Sum) {
    let it = Fixture()
    let status = it.sandbox.change { world in
      let pipeline = world.startPipeline(
        of: it.project,
        by: it.ann,
        jobs: sum.jobs.enumerated().map {
          World.JobPlan("job \($0.offset)", allowsFailure: $0.element.allowsFailure)
        }
      )
      for (job, (target, _)) in zip(pipeline.jobs, sum.jobs) where target != .pending {
        if target != .canceled { world.start(job) }
        switch target {
        case .success: world.succeed(job)
        case .failed: world.fail(job)
        case .canceled: world.cancel(job)
        default: break
        }
      }
      return world.status(ofPipeline: pipeline.id)
    }
    #expect(status == sum.status)
  }
}
