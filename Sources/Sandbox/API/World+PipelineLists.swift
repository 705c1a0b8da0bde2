extension World {
  /// `GET /projects/:id/pipelines`: without child pipelines unless they are asked for.
  func pipelineList(_ call: Call, at index: Int) -> SandboxReply {
    let query = call.query
    let wantsChildren = query["source"] == "parent_pipeline"
    let updatedAfter = query.time("updated_after")
    let updatedBefore = query.time("updated_before")
    let createdAfter = query.time("created_after")
    let createdBefore = query.time("created_before")
    for name in ["updated_after", "updated_before", "created_after", "created_before"]
    where query[name] != nil && query.time(name) == nil {
      return .error(400, "\(name) is invalid")
    }
    var found: [Pipeline] = []
    if !wantsChildren || settings.isAtLeast(17, 0) {
      for position in projects[index].pipelines.indices.reversed() {
        guard let pipeline = projects[index].pipelines[position].seen(at: now) else { continue }
        guard (pipeline.source == "parent_pipeline") == wantsChildren else { continue }
        if let updatedAfter, pipeline.updatedAt < updatedAfter { continue }
        if let updatedBefore, pipeline.updatedAt > updatedBefore { continue }
        if let createdAfter, pipeline.createdAt < createdAfter { continue }
        if let createdBefore, pipeline.createdAt > createdBefore { continue }
        if matches(pipeline, query) { found.append(pipeline) }
      }
    }
    sort(&found, query)
    let page = Page(query)
    let shown = page.slice(of: found)
    var json = JSONWriter(utcOffset: settings.utcOffset, capacity: shown.count * 400 + 16)
    json.array(shown) { write($1, of: projects[index], to: &$0) }
    return .json(
      200,
      json.bytes,
      headers: page.headers(call, total: found.count, base: settings)
    )
  }

  func pipelineDetail(_ call: Call, at index: Int) -> SandboxReply {
    guard let pipeline = visiblePipeline(call.item, at: index) else {
      return .message(404, "404 Not found")
    }
    let project = projects[index]
    var json = JSONWriter(utcOffset: settings.utcOffset)
    json.object { json in
      writeMembers(of: pipeline, project: project, to: &json)
      json.member("name", pipeline.name)
      json.member(
        "before_sha",
        project.repository.commits[pipeline.commit].parents.first
          .map { project.repository.commits[$0].sha } ?? String(repeating: "0", count: 40)
      )
      json.member("tag", pipeline.isTag)
      json.null("yaml_errors")
      json.key("user")
      write(user(pipeline.userID), isLong: false, to: &json)
      json.time("started_at", pipeline.startedAt)
      json.time("finished_at", pipeline.finishedAt)
      json.null("committed_at")
      json.member("duration", pipeline.duration)
      json.member("queued_duration", pipeline.startedAt == nil ? nil : 1)
      json.null("coverage")
      let status = pipeline.status.rawValue
      json.object("detailed_status") { json in
        json.member("icon", "status_\(status)")
        json.member("text", status)
        json.member("label", status)
        json.member("group", status)
        json.member("tooltip", status)
        json.member("has_details", false)
        json.member(
          "details_path",
          "\(settings.relativeRoot)/\(project.fullPath)/-/pipelines/\(pipeline.id)"
        )
        json.null("illustration")
        json.member("favicon", "/assets/ci_favicons/favicon_status_\(status).png")
      }
    }
    return .json(200, json.bytes)
  }

  func visiblePipeline(_ text: String, at index: Int) -> Pipeline? {
    guard let id = Int(text), let position = projects[index].pipelineIndex(id) else { return nil }
    return projects[index].pipelines[position].seen(at: now)
  }

  private func matches(_ pipeline: Pipeline, _ query: Query) -> Bool {
    if let source = query["source"], source != pipeline.source { return false }
    if let status = query["status"], status != pipeline.status.rawValue { return false }
    if let ref = query["ref"], ref != pipeline.ref { return false }
    if let sha = query["sha"], sha != pipeline.sha { return false }
    if let name = query["name"], name != pipeline.name { return false }
    if let user = query["username"], user != users[pipeline.userID]?.username { return false }
    if query.flag("yaml_errors") == true { return false }
    switch query["scope"] {
    case "running": return pipeline.status == .running
    case "pending": return pipeline.status == .pending
    case "finished": return pipeline.status.isComplete
    case "branches": return !pipeline.isTag
    case "tags": return pipeline.isTag
    default: return true
    }
  }

  private func sort(_ rows: inout [Pipeline], _ query: Query) {
    let isAscending = query["sort"] == "asc"
    switch query["order_by"] {
    case "updated_at":
      rows.sort { ($0.updatedAt, $0.id) > ($1.updatedAt, $1.id) }
    case "status":
      rows.sort { ($0.status.rawValue, $0.id) > ($1.status.rawValue, $1.id) }
    case "ref":
      rows.sort { ($0.ref, $0.id) > ($1.ref, $1.id) }
    case "user_id":
      rows.sort { ($0.userID, $0.id) > ($1.userID, $1.id) }
    default:
      break
    }
    if isAscending { rows.reverse() }
  }
}

extension World.Pipeline {
  /// In whole seconds.
  fileprivate var duration: Int? {
    guard let startedAt, let finishedAt else { return nil }
    return Int((finishedAt - startedAt) / 1000)
  }
}
