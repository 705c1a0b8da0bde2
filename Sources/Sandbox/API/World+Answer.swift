extension World {
  /// Answers an API request; changes nothing.
  func answer(_ call: Call, method: String, credentials: Credentials) -> SandboxReply {
    let project = call.tail.isEmpty && call.endpoint != .project ? nil : find(call.owner)
    let isPublic = project.map { projects[$0].visibility == .public } ?? false
    if let refusal = refusal(credentials, endpoint: call.endpoint, isPublic: isPublic) {
      return refusal
    }
    guard method == "GET" || method == "HEAD" else {
      return .error(405, "405 Not Allowed")
    }
    switch call.endpoint {
    case .metadata, .version: return metadata(call)
    case .token: return tokenAnswer(credentials)
    case .user: return userAnswer(credentials)
    case .users: return usersAnswer(call)
    case .namespace: return namespaceAnswer(call)
    case .projects: return projectList(call)
    case .group: return groupAnswer(call)
    case .groupProjects: return groupProjects(call)
    case .wecomSend, .unknown: return .error(404, "404 Not Found")
    default: return projectAnswer(call, credentials: credentials)
    }
  }

  private func projectAnswer(_ call: Call, credentials: Credentials) -> SandboxReply {
    guard let index = find(call.owner), projects[index].isReadable else {
      return movedOrMissing(call)
    }
    let needsToken = [.jobs, .job, .pipelineJobs, .bridges].contains(call.endpoint)
    if needsToken, credentials.isMissing { return .message(401, "401 Unauthorized") }
    switch call.endpoint {
    case .project: return projectDetail(projects[index])
    case .events: return events(call, at: index)
    case .jobs, .job, .pipelines, .pipeline, .pipelineJobs, .bridges:
      guard projects[index].canReadBuilds else { return .message(403, "403 Forbidden") }
      return buildAnswer(call, at: index)
    default:
      guard projects[index].canReadCode else { return .message(403, "403 Forbidden") }
      return repositoryAnswer(call, at: index)
    }
  }

  private func buildAnswer(_ call: Call, at index: Int) -> SandboxReply {
    switch call.endpoint {
    case .jobs: jobList(call, at: index)
    case .job: jobDetail(call, at: index)
    case .pipelines: pipelineList(call, at: index)
    case .pipeline: pipelineDetail(call, at: index)
    case .pipelineJobs: pipelineJobs(call, at: index, kind: .build)
    default: pipelineJobs(call, at: index, kind: .bridge)
    }
  }

  private func repositoryAnswer(_ call: Call, at index: Int) -> SandboxReply {
    switch call.endpoint {
    case .commits: commitList(call, at: index)
    case .commit: commitDetail(call, at: index)
    case .compare: comparison(call, at: index)
    case .branches: branchList(call, at: index)
    default: branchDetail(call, at: index)
    }
  }

  private func movedOrMissing(_ call: Call) -> SandboxReply {
    guard let id = formerPaths[call.owner.lowercased()], let index = projectIndexes[id],
      projects[index].isReadable
    else { return .message(404, "404 Project Not Found") }
    guard settings.isAtLeast(16, 7) else {
      // Older versions followed the old path silently.
      var followed = call
      followed.owner = String(id)
      return projectAnswer(followed, credentials: Credentials(token: "", user: nil))
    }
    let query = call.query.items.isEmpty ? "" : "?" + call.query.encoded(replacing: [:])
    let location = "\(settings.externalURL)/api/v4/projects/\(id)\(call.tail)\(query)"
    return SandboxReply(
      status: 301,
      headers: [
        SandboxRequest.Header("Location", location),
        SandboxRequest.Header("Content-Type", "text/plain"),
      ],
      body: Array("This resource has been moved permanently to \(location)".utf8)
    )
  }

  /// Returns where the project with an id or a full path is.
  func find(_ owner: String) -> Int? {
    if let id = Int(owner) { return projectIndexes[id] }
    return projectPaths[owner.lowercased()].flatMap { projectIndexes[$0] }
  }

  // MARK: The instance and its users

  private func metadata(_ call: Call) -> SandboxReply {
    if call.endpoint == .metadata, !settings.isAtLeast(15, 2) {
      return .error(404, "404 Not Found")
    }
    var json = JSONWriter()
    json.object { json in
      json.member("version", settings.isEnterprise ? settings.version + "-ee" : settings.version)
      json.member("revision", "0c5a9b6f1d2")
      if settings.isAtLeast(15, 2) {
        json.object("kas") { json in
          json.member("enabled", false)
          json.null("externalUrl")
          json.null("externalK8sProxyUrl")
          json.null("version")
        }
        json.member("enterprise", settings.isEnterprise)
      }
    }
    return .json(200, json.bytes)
  }

  private func tokenAnswer(_ credentials: Credentials) -> SandboxReply {
    guard settings.isAtLeast(15, 5) else { return .message(404, "404 Not found") }
    guard let token = tokens[credentials.token] else { return .message(401, "401 Unauthorized") }
    var json = JSONWriter(utcOffset: settings.utcOffset)
    json.object { json in
      json.member("id", token.id)
      json.member("name", token.name)
      json.member("revoked", token.isRevoked)
      json.time("created_at", token.createdAt)
      json.null("description")
      json.strings("scopes", token.scopes)
      json.member("user_id", token.userID)
      json.time("last_used_at", now)
      json.member("active", true)
      json.member("expires_at", token.expiresAt)
    }
    return .json(200, json.bytes)
  }

  private func userAnswer(_ credentials: Credentials) -> SandboxReply {
    guard let id = credentials.user else { return .message(401, "401 Unauthorized") }
    var json = JSONWriter(utcOffset: settings.utcOffset)
    write(user(id), isLong: true, to: &json)
    return .json(200, json.bytes)
  }

  private func usersAnswer(_ call: Call) -> SandboxReply {
    var json = JSONWriter(utcOffset: settings.utcOffset)
    if !call.owner.isEmpty {
      guard let user = Int(call.owner).flatMap({ users[$0] }) else {
        return .message(404, "404 User Not Found")
      }
      write(user, isLong: true, to: &json)
      return .json(200, json.bytes)
    }
    let page = Page(call.query)
    let wanted = call.query["username"]?.lowercased()
    let found = users.values.sorted { $0.id > $1.id }
      .filter { wanted == nil || $0.username.lowercased() == wanted }
    json.array(page.slice(of: found)) { json, user in write(user, isLong: false, to: &json) }
    return .json(
      200,
      json.bytes,
      headers: page.headers(call, total: found.count, base: settings)
    )
  }
}
