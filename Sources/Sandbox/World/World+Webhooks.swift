extension World {
  /// Records the push hook of one branch.
  ///
  /// - Parameters:
  ///   - change: The branch before and after.
  ///   - commits: All new commits, newest first; the hook carries the newest 20 of the newest 100.
  ///   - eventID: The event row, if the push has one.
  ///   - index: Where the project is.
  ///   - userID: The pusher.
  mutating func recordPush(
    _ change: RefChange,
    commits: [Int],
    eventID: Int?,
    of index: Int,
    by userID: Int
  ) {
    let project = projects[index]
    let told = Array(commits.prefix(20).reversed())
    webhooks.append(
      RecordedWebhook(
        kind: .push,
        sequence: nextID(.webhook),
        time: visibleAt,
        rowID: eventID,
        projectID: project.id,
        projectName: project.name,
        projectURL: webURL(project),
        username: user(userID).username,
        message: told.first.map { project.repository.commits[$0].message },
        headTitle: change.new.map { project.repository.commits[$0].title },
        branch: change.name,
        action: change.action,
        finishedAt: nil,
        payload: settings.recordsPayloads
          ? pushPayload(change, told: told, count: commits.count, project: project, by: userID)
          : []
      )
    )
  }

  /// Records the job hook of a job as it stands, unless GitLab would not fire it.
  mutating func recordBuild(_ jobID: Int, of index: Int) {
    let project = projects[index]
    guard !isImporting, let jobIndex = project.jobIndex(jobID) else { return }
    let job = project.jobs[jobIndex].row
    guard job.kind == .build, !user(job.userID).isBlocked,
      settings.recordsAllJobStates || job.status == .failed,
      let pipelineIndex = project.pipelineIndex(job.pipelineID)
    else { return }
    let pipeline = project.pipelines[pipelineIndex].row
    webhooks.append(
      RecordedWebhook(
        kind: .build,
        sequence: nextID(.webhook),
        // A row whose earlier version is not committed yet waits for that.
        time: max(visibleAt, project.jobs[jobIndex].visibleAt),
        rowID: jobID,
        projectID: project.id,
        projectName: project.name,
        projectURL: webURL(project),
        username: user(job.userID).username,
        message: project.repository.commits[pipeline.commit].message,
        headTitle: project.repository.commits[pipeline.commit].title,
        branch: pipeline.ref,
        action: job.status.rawValue,
        finishedAt: job.finishedAt,
        payload: settings.recordsPayloads
          ? buildPayload(job, pipeline: pipeline, project: project) : []
      )
    )
  }

  private func pushPayload(
    _ change: RefChange,
    told: [Int],
    count: Int,
    project: Project,
    by userID: Int
  ) -> [UInt8] {
    let zeros = String(repeating: "0", count: 40)
    let commits = project.repository.commits
    let user = user(userID)
    let after = change.new.map { commits[$0].sha }
    var json = JSONWriter(utcOffset: settings.utcOffset)
    json.object { json in
      json.member("object_kind", "push")
      json.member("event_name", "push")
      json.member("before", change.old.map { commits[$0].sha } ?? zeros)
      json.member("after", after ?? zeros)
      json.member("ref", "refs/heads/\(change.name)")
      json.member("ref_protected", change.name == project.defaultBranch)
      json.member("checkout_sha", after)
      json.null("message")
      json.member("user_id", user.id)
      json.member("user_name", user.name)
      json.member("user_username", user.username)
      json.member("user_email", "")
      json.member("user_avatar", avatarURL(user))
      json.member("project_id", project.id)
      json.object("project") { hookProject(project, to: &$0) }
      json.array("commits", told) { json, commit in
        json.object { json in
          let commit = commits[commit]
          json.member("id", commit.sha)
          json.member("message", commit.message)
          json.member("title", commit.title)
          json.member(
            "timestamp",
            Stamp.withoutFraction(commit.time, utcOffset: settings.utcOffset)
          )
          json.member("url", "\(webURL(project))/-/commit/\(commit.sha)")
          json.object("author") { json in
            json.member("name", commit.authorName)
            json.member("email", commit.authorEmail)
          }
          json.strings("added", [])
          json.strings("modified", ["README.md"])
          json.strings("removed", [])
        }
      }
      json.member("total_commits_count", count)
      json.object("push_options") { _ in }
      json.object("repository") { hookRepository(project, to: &$0) }
    }
    return json.bytes
  }

  private func buildPayload(_ job: Job, pipeline: Pipeline, project: Project) -> [UInt8] {
    let commit = project.repository.commits[pipeline.commit]
    let user = user(job.userID)
    let namespace = namespace(project.namespaceID)
    var json = JSONWriter(utcOffset: settings.utcOffset)
    json.object { json in
      json.member("object_kind", "build")
      json.member("ref", pipeline.ref)
      json.member("tag", pipeline.isTag)
      json.member(
        "before_sha",
        commit.parents.first.map { project.repository.commits[$0].sha }
          ?? String(repeating: "0", count: 40)
      )
      json.member("sha", pipeline.sha)
      json.member("retries_count", retries(of: job, in: project))
      json.member("build_id", job.id)
      json.member("build_name", job.name)
      json.member("build_stage", job.stage)
      json.member("build_status", job.status.rawValue)
      json.member("build_created_at", Stamp.spelled(job.createdAt))
      json.member("build_started_at", job.startedAt.map(Stamp.spelled))
      json.member("build_finished_at", job.finishedAt.map(Stamp.spelled))
      json.time("build_created_at_iso", job.createdAt)
      json.time("build_started_at_iso", job.startedAt)
      json.time("build_finished_at_iso", job.finishedAt)
      json.seconds("build_duration", job.duration)
      json.seconds("build_queued_duration", job.queuedDuration)
      json.member("build_allow_failure", job.allowsFailure)
      json.member("build_failure_reason", job.failureReason ?? "unknown_failure")
      json.member("pipeline_id", pipeline.id)
      json.null("runner")
      json.member("project_id", project.id)
      json.member("project_name", "\(namespace.fullName) / \(project.name)")
      json.object("user") { json in
        json.member("id", user.id)
        json.member("name", user.name)
        json.member("username", user.username)
        json.member("avatar_url", avatarURL(user))
        json.member("email", "[REDACTED]")
      }
      json.object("commit") { json in
        json.member("id", pipeline.id)
        json.member("name", pipeline.name)
        json.member("sha", pipeline.sha)
        json.member("message", commit.message)
        json.member("author_name", commit.authorName)
        json.member("author_email", commit.authorEmail)
        json.member("author_url", "mailto:\(commit.authorEmail)")
        json.member("status", pipeline.status.rawValue)
        json.null("duration")
        json.member("started_at", pipeline.startedAt.map(Stamp.spelled))
        json.member("finished_at", pipeline.finishedAt.map(Stamp.spelled))
        json.time("started_at_iso", pipeline.startedAt)
        json.time("finished_at_iso", pipeline.finishedAt)
      }
      json.object("repository") { hookRepository(project, to: &$0) }
      json.object("project") { hookProject(project, to: &$0) }
      json.null("environment")
      if let upstream = pipeline.upstream, let other = projectIndexes[upstream.projectID] {
        json.object("source_pipeline") { json in
          json.object("project") { json in
            json.member("id", upstream.projectID)
            json.member("web_url", webURL(projects[other]))
            json.member("path_with_namespace", projects[other].fullPath)
          }
          json.member("pipeline_id", upstream.pipelineID)
          json.member("job_id", upstream.bridgeID)
        }
      }
    }
    return json.bytes
  }

  private func retries(of job: Job, in project: Project) -> Int {
    project.jobs.count {
      $0.row.pipelineID == job.pipelineID && $0.row.name == job.name && $0.row.isRetried
    }
  }

  private func hookProject(_ project: Project, to json: inout JSONWriter) {
    let url = webURL(project)
    json.member("id", project.id)
    json.member("name", project.name)
    json.member("description", "")
    json.member("web_url", url)
    json.null("avatar_url")
    json.member("git_ssh_url", sshURL(project))
    json.member("git_http_url", "\(url).git")
    json.member("namespace", namespace(project.namespaceID).name)
    json.member("visibility_level", project.visibility.level)
    json.member("path_with_namespace", project.fullPath)
    json.member("default_branch", project.defaultBranch)
    json.null("ci_config_path")
    json.member("homepage", url)
    json.member("url", sshURL(project))
    json.member("ssh_url", sshURL(project))
    json.member("http_url", "\(url).git")
  }

  private func hookRepository(_ project: Project, to json: inout JSONWriter) {
    json.member("name", project.name)
    json.member("url", sshURL(project))
    json.member("description", "")
    json.member("homepage", webURL(project))
    json.member("git_http_url", "\(webURL(project)).git")
    json.member("git_ssh_url", sshURL(project))
    json.member("visibility_level", project.visibility.level)
  }
}

extension World.Visibility {
  var level: Int {
    switch self {
    case .private: 0
    case .internal: 10
    case .public: 20
    }
  }
}

extension World.Job {
  var duration: Int64? {
    startedAt.map { max(0, (finishedAt ?? $0) - $0) }
  }

  var queuedDuration: Int64? {
    guard let queuedAt, let startedAt else { return nil }
    return max(0, startedAt - queuedAt)
  }
}
