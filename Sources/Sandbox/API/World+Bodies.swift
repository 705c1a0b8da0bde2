extension World {
  func avatarURL(_ user: User) -> String {
    "\(settings.externalURL)/uploads/-/system/user/avatar/\(user.id)/avatar.png"
  }

  func sshURL(_ project: Project) -> String {
    let host = settings.origin.split(separator: "/").last?.split(separator: ":").first ?? "gitlab"
    return "git@\(host):\(project.fullPath).git"
  }

  /// Writes a user in the short form, or the long one of jobs and `/user`.
  func write(_ user: User, isLong: Bool, to json: inout JSONWriter) {
    json.object { json in
      json.member("id", user.id)
      json.member("username", user.username)
      json.member("name", user.name)
      json.member("state", user.isBlocked ? "blocked" : "active")
      if settings.isAtLeast(16, 8) { json.member("locked", false) }
      json.member("avatar_url", avatarURL(user))
      json.member("web_url", "\(settings.externalURL)/\(user.username)")
      guard isLong else { return }
      json.time("created_at", user.createdAt)
      json.members(
        #""bio":"","location":"","public_email":null,"skype":"","linkedin":"","twitter":"","#
          + #""discord":"","website_url":"","organization":"","job_title":"","pronouns":null,"#
          + #""bot":false,"work_information":null,"followers":0,"following":0,"local_time":null"#
      )
    }
  }

  func write(
    _ commit: Repository.Commit,
    of project: Project,
    to json: inout JSONWriter,
    extra: (inout JSONWriter) -> Void = { _ in }
  ) {
    json.object { json in
      json.member("id", commit.sha)
      json.member("short_id", String(commit.sha.prefix(8)))
      json.commitTime("created_at", commit.time)
      json.array("parent_ids", commit.parents) { $0.value(project.repository.commits[$1].sha) }
      json.member("title", commit.title)
      json.member("message", commit.message)
      json.member("author_name", commit.authorName)
      json.member("author_email", commit.authorEmail)
      json.commitTime("authored_date", commit.time)
      json.member("committer_name", commit.authorName)
      json.member("committer_email", commit.authorEmail)
      json.commitTime("committed_date", commit.time)
      json.members(#""trailers":{},"extended_trailers":{}"#)
      json.member("web_url", "\(webURL(project))/-/commit/\(commit.sha)")
      extra(&json)
    }
  }

  /// Writes a pipeline as it is in lists and in jobs.
  func write(
    _ pipeline: Pipeline,
    of project: Project,
    to json: inout JSONWriter,
    isInJob: Bool = false
  ) {
    json.object { json in
      writeMembers(of: pipeline, project: project, to: &json)
      if !isInJob, settings.isAtLeast(15, 11) { json.member("name", pipeline.name) }
    }
  }

  func writeMembers(of pipeline: Pipeline, project: Project, to json: inout JSONWriter) {
    json.member("id", pipeline.id)
    json.member("iid", pipeline.iid)
    json.member("project_id", project.id)
    json.member("sha", pipeline.sha)
    json.member("ref", pipeline.ref)
    json.member("status", pipeline.status.rawValue)
    json.member("source", pipeline.source)
    json.time("created_at", pipeline.createdAt)
    json.time("updated_at", pipeline.updatedAt)
    json.member("web_url", "\(webURL(project))/-/pipelines/\(pipeline.id)")
  }

  /// Writes a job or a bridge.
  func write(_ job: Job, of project: Project, to json: inout JSONWriter) {
    let pipeline = project.pipelineIndex(job.pipelineID)
      .flatMap { project.pipelines[$0].seen(at: now) ?? project.pipelines[$0].row }
    json.object { json in
      json.member("id", job.id)
      json.member("status", job.status.rawValue)
      json.member("stage", job.stage)
      json.member("name", job.name)
      json.member("ref", pipeline?.ref)
      json.member("tag", pipeline?.isTag ?? false)
      json.null("coverage")
      json.member("allow_failure", job.allowsFailure)
      json.time("created_at", job.createdAt)
      json.time("started_at", job.startedAt)
      json.time("finished_at", job.finishedAt)
      json.time("erased_at", job.erasedAt)
      json.seconds("duration", job.duration)
      json.seconds("queued_duration", job.queuedDuration)
      if job.status == .failed { json.member("failure_reason", job.failureReason) }
      json.object("user", writing: user(job.userID), in: self)
      if let pipeline {
        json.key("commit")
        write(project.repository.commits[pipeline.commit], of: project, to: &json)
        json.key("pipeline")
        write(pipeline, of: project, to: &json, isInJob: true)
      }
      json.member("web_url", "\(webURL(project))/-/jobs/\(job.id)")
      json.members(#""project":{"ci_job_token_scope_enabled":false}"#)
      if job.kind == .bridge {
        writeDownstream(of: job, to: &json)
      } else {
        writeRunner(of: job, pipeline: pipeline, to: &json)
      }
    }
  }

  private func writeRunner(of job: Job, pipeline: Pipeline?, to json: inout JSONWriter) {
    let hasLog = job.finishedAt != nil && job.erasedAt == nil
    json.members(
      hasLog
        ? #""artifacts":[{"file_type":"trace","size":4096,"filename":"job.log","file_format":null}]"#
        : #""artifacts":[]"#
    )
    if settings.isAtLeast(16, 0), let pipeline { json.member("source", pipeline.source) }
    if job.startedAt == nil {
      json.null("runner")
    } else {
      json.members(
        #""runner":{"id":9,"description":"runner-9","ip_address":"10.0.0.9","active":true,"#
          + #""paused":false,"is_shared":true,"runner_type":"instance_type","#
          + #""name":"gitlab-runner","online":true,"status":"online"}"#
      )
    }
    if settings.isAtLeast(16, 1) { json.null("runner_manager") }
    json.null("artifacts_expire_at")
    if settings.isAtLeast(16, 4) { json.member("archived", false) }
    json.strings("tag_list", ["docker"])
  }

  private func writeDownstream(of bridge: Job, to json: inout JSONWriter) {
    guard let downstream = bridge.downstream, let index = projectIndexes[downstream.projectID],
      let pipelineIndex = projects[index].pipelineIndex(downstream.pipelineID),
      let pipeline = projects[index].pipelines[pipelineIndex].seen(at: now)
    else { return json.null("downstream_pipeline") }
    json.key("downstream_pipeline")
    write(pipeline, of: projects[index], to: &json)
  }

  func write(_ event: Event, of project: Project, to json: inout JSONWriter) {
    let author = user(event.authorID)
    json.object { json in
      json.member("id", event.id)
      json.member("project_id", project.id)
      json.member("action_name", event.actionName)
      switch event.kind {
      case .push, .other(_, "", _, _, _):
        json.members(#""target_id":null,"target_iid":null,"target_type":null"#)
      case .other(_, let target, let id, let iid, _):
        json.member("target_id", id)
        json.member("target_iid", iid)
        json.member("target_type", target)
      case .note(let id, _, _, let iid):
        json.member("target_id", id)
        json.member("target_iid", iid)
        json.member("target_type", "Note")
      }
      json.member("author_id", event.authorID)
      if case .other(_, _, _, _, let title) = event.kind {
        json.member("target_title", title)
      } else {
        json.null("target_title")
      }
      json.time("created_at", event.createdAt)
      json.key("author")
      write(author, isLong: false, to: &json)
      if settings.isAtLeast(17, 0) { json.members(#""imported":false,"imported_from":"none""#) }
      if case .push(let data) = event.kind { write(data, to: &json) }
      if case .note(let id, let body, let issueID, let iid) = event.kind {
        json.object("note") { json in
          json.member("id", id)
          json.member("body", body)
          json.null("attachment")
          json.key("author")
          write(author, isLong: false, to: &json)
          json.time("created_at", event.createdAt)
          json.member("system", false)
          json.member("noteable_id", issueID)
          json.member("noteable_type", "Issue")
          json.member("noteable_iid", iid)
        }
      }
      json.member("author_username", author.username)
    }
  }

  private func write(_ data: PushData, to json: inout JSONWriter) {
    json.object("push_data") { json in
      json.member("commit_count", data.commitCount)
      json.member("action", data.action)
      json.member("ref_type", data.isTag ? "tag" : "branch")
      json.member("commit_from", data.from)
      json.member("commit_to", data.to)
      json.member("ref", data.ref)
      json.member("commit_title", data.title)
      json.member("ref_count", data.refCount)
    }
  }
}

extension World.Event {
  var actionName: String {
    switch kind {
    case .push(let data):
      switch data.action {
      case "created": "pushed new"
      case "removed": "deleted"
      default: "pushed to"
      }
    case .other(let action, _, _, _, _): action
    case .note: "commented on"
    }
  }
}

extension JSONWriter {
  fileprivate mutating func object(_ key: StaticString, writing user: World.User, in world: World) {
    self.key(key)
    world.write(user, isLong: true, to: &self)
  }
}
