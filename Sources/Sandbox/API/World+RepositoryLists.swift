extension World {
  /// `GET …/repository/commits`: newest first; `ref_name` may be a range `A..B`.
  func commitList(_ call: Call, at index: Int) -> SandboxReply {
    let project = projects[index]
    let repository = project.repository
    let page = Page(call.query)
    let limit = page.number * page.size + 1
    let name = call.query["ref_name"] ?? project.defaultBranch ?? ""
    var found: [Int] = []
    if let dots = name.firstRange(of: "..") {
      let old = repository.resolve(String(name[..<dots.lowerBound]))
      let new = repository.resolve(String(name[dots.upperBound...]))
      if let old, let new {
        found = repository.range(excluding: old, including: new)
      } else if settings.refusesUnknownRanges {
        return .message(404, "404 Ref Not Found")
      }
    } else if let head = repository.resolve(name) {
      found = repository.history(from: head, limit: limit)
    } else if !repository.commits.isEmpty {
      return .message(404, "404 Ref Not Found")
    }
    if let since = call.query.time("since") {
      found.removeAll { repository.commits[$0].time < since }
    }
    if let until = call.query.time("until") {
      found.removeAll { repository.commits[$0].time > until }
    }
    let withStats = call.query.flag("with_stats") ?? false
    var json = JSONWriter(utcOffset: settings.utcOffset)
    json.array(page.slice(of: found)) { json, commit in
      write(repository.commits[commit], of: project, to: &json) { json in
        if withStats { json.members(Self.stats) }
      }
    }
    return .json(
      200,
      json.bytes,
      headers: page.headers(call, total: nil, hasMore: found.count >= limit, base: settings)
    )
  }

  /// `GET …/repository/commits/:sha`.
  func commitDetail(_ call: Call, at index: Int) -> SandboxReply {
    let project = projects[index]
    guard let commit = project.repository.resolve(call.item) else {
      return .message(404, "404 Commit Not Found")
    }
    let sha = project.repository.commits[commit].sha
    let last = project.pipelines.last { $0.seen(at: now)?.sha == sha }?.seen(at: now)
    var json = JSONWriter(utcOffset: settings.utcOffset)
    write(project.repository.commits[commit], of: project, to: &json) { json in
      if call.query.flag("stats") ?? true { json.members(Self.stats) }
      json.member("status", last?.status.rawValue)
      json.member("project_id", project.id)
      json.key("last_pipeline")
      if let last {
        write(last, of: project, to: &json, isInJob: true)
      } else {
        json.raw("null")
      }
    }
    return .json(200, json.bytes)
  }

  /// `GET …/repository/compare`: oldest first, never paged, with a diff.
  func comparison(_ call: Call, at index: Int) -> SandboxReply {
    let project = projects[index]
    let repository = project.repository
    guard let from = call.query["from"], let to = call.query["to"] else {
      return .error(400, "from is missing, to is missing")
    }
    guard let old = repository.resolve(from), let new = repository.resolve(to) else {
      return .message(404, "404 Ref Not Found")
    }
    let commits = repository.range(excluding: old, including: new).reversed()
    var json = JSONWriter(utcOffset: settings.utcOffset)
    json.object { json in
      json.key("commit")
      if let last = commits.last {
        write(repository.commits[last], of: project, to: &json)
      } else {
        json.raw("null")
      }
      json.array("commits", commits) { write(repository.commits[$1], of: project, to: &$0) }
      json.members(
        commits.isEmpty
          ? #""diffs":[]"#
          : #""diffs":[{"old_path":"README.md","new_path":"README.md","a_mode":"100644","#
            + #""b_mode":"100644","diff":"@@ -1 +1 @@\n-old\n+new\n","new_file":false,"#
            + #""renamed_file":false,"deleted_file":false}]"#
      )
      json.member("compare_timeout", false)
      json.member("compare_same_ref", old == new)
      json.member("web_url", "\(webURL(project))/-/compare/\(from)...\(to)")
    }
    return .json(200, json.bytes)
  }

  /// `GET …/repository/branches`.
  func branchList(_ call: Call, at index: Int) -> SandboxReply {
    let project = projects[index]
    let search = call.query["search"]
    let names = project.repository.branches.keys.sorted()
      .filter { name in search.map { name.contains($0) } ?? true }
    let page = Page(call.query)
    var json = JSONWriter(utcOffset: settings.utcOffset)
    json.array(page.slice(of: names)) { writeBranch($1, of: project, to: &$0) }
    return .json(
      200,
      json.bytes,
      headers: page.headers(call, total: names.count, base: settings)
    )
  }

  /// `GET …/repository/branches/:branch`.
  func branchDetail(_ call: Call, at index: Int) -> SandboxReply {
    guard projects[index].repository.branches[call.item] != nil else {
      return .message(404, "404 Branch Not Found")
    }
    var json = JSONWriter(utcOffset: settings.utcOffset)
    writeBranch(call.item, of: projects[index], to: &json)
    return .json(200, json.bytes)
  }

  private func writeBranch(_ name: String, of project: Project, to json: inout JSONWriter) {
    guard let commit = project.repository.branches[name] else { return json.raw("null") }
    let isDefault = name == project.defaultBranch
    let main = project.defaultBranch.flatMap { project.repository.branches[$0] }
    json.object { json in
      json.member("name", name)
      json.key("commit")
      write(project.repository.commits[commit], of: project, to: &json)
      json.member(
        "merged",
        !isDefault && (main.map { project.repository.contains(commit, in: $0) } ?? false)
      )
      json.member("protected", isDefault)
      json.member("developers_can_push", false)
      json.member("developers_can_merge", false)
      json.member("can_push", project.accessLevel >= 30)
      json.member("default", isDefault)
      json.member("web_url", "\(webURL(project))/-/tree/\(Query.encode(name))")
    }
  }

  private static let stats = #""stats":{"additions":12,"deletions":3,"total":15}"#
}
