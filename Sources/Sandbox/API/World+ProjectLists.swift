extension World {
  /// `GET /projects` and `GET /users/:id/projects`.
  func projectList(_ call: Call) -> SandboxReply {
    let query = call.query
    let page = Page(query)
    var owned: Int?
    if !call.owner.isEmpty {
      let user = users.values.first { String($0.id) == call.owner || $0.username == call.owner }
      guard let user else { return .message(404, "404 User Not Found") }
      owned = user.namespaceID
    }
    guard query["pagination"] == "keyset" else {
      if page.number * page.size > settings.offsetLimit {
        return .error(
          405,
          "Offset pagination has a maximum allowed offset of \(settings.offsetLimit) for requests "
            + "that return objects of type Project. Remaining records can be retrieved using "
            + "keyset pagination."
        )
      }
      let filter = ProjectFilter(query, now: now)
      let found = projects.indices.filter {
        (owned == nil || projects[$0].namespaceID == owned) && filter.selects($0, of: projects)
      }
      return listAnswer(call, found: found, page: page)
    }
    if let order = query["order_by"], order != "id" {
      return .error(405, "Keyset pagination is not yet available for this type of request")
    }
    return keysetList(call, page: page)
  }

  /// `GET /groups/:id/projects`: offset pages only.
  func groupProjects(_ call: Call) -> SandboxReply {
    guard let group = findGroup(call.owner) else { return .message(404, "404 Group Not Found") }
    var members: Set<Int> = [group.id]
    if call.query.flag("include_subgroups") == true {
      let prefix = group.fullPath.lowercased() + "/"
      for (path, id) in namespacePaths where path.hasPrefix(prefix) { members.insert(id) }
    }
    let filter = ProjectFilter(call.query, now: now)
    let found = projects.indices.filter {
      members.contains(projects[$0].namespaceID) && filter.selects($0, of: projects)
    }
    return listAnswer(call, found: found, page: Page(call.query))
  }

  private func listAnswer(_ call: Call, found: [Int], page: Page) -> SandboxReply {
    let sorted = sort(found, call.query)
    return .json(
      200,
      projectRows(page.slice(of: sorted), isSimple: call.query.flag("simple") ?? false),
      headers: page.headers(call, total: found.count, base: settings)
    )
  }

  private func keysetList(_ call: Call, page: Page) -> SandboxReply {
    let isAscending = call.query["sort"] == "asc"
    let filter = ProjectFilter(call.query, now: now)
    let after = call.query.int("id_after")
    let before = call.query.int("id_before")
    var rows: [Int] = []
    let first = after.map { id in projects.firstIndex(atLeast: id + 1) { $0.id } } ?? 0
    let last = before.map { id in projects.firstIndex(atLeast: id) { $0.id } } ?? projects.count
    for step in 0..<max(0, last - first) {
      let position = isAscending ? first + step : last - 1 - step
      guard filter.selects(position, of: projects) else { continue }
      rows.append(position)
      if rows.count > page.size { break }
    }
    let shown = rows.prefix(page.size)
    let next = rows.count > page.size ? shown.last.map { String(projects[$0].id) } : nil
    return .json(
      200,
      projectRows(shown, isSimple: call.query.flag("simple") ?? false),
      headers: page.keysetHeaders(
        call,
        next: next.map { [isAscending ? "id_after" : "id_before": $0] },
        base: settings
      )
    )
  }

  private func projectRows(_ rows: some Sequence<Int>, isSimple: Bool) -> [UInt8] {
    var json = JSONWriter(utcOffset: settings.utcOffset, capacity: 4096)
    json.array(rows) { json, position in
      json.object { json in
        writeSimple(projects[position], to: &json)
        if !isSimple { writeRest(of: projects[position], to: &json) }
      }
    }
    return json.bytes
  }

  private func sort(_ rows: [Int], _ query: Query) -> [Int] {
    let isAscending = query["sort"] == "asc"
    let sorted: [Int]
    switch query["order_by"] {
    case "last_activity_at", "updated_at":
      // Keys first: comparing whole projects would look them up at every step.
      sorted =
        rows.map { (key: projects[$0].lastActivity(seenAt: now), row: $0) }
        .sorted { ($0.key, $0.row) < ($1.key, $1.row) }.map(\.row)
    case "name":
      sorted = rows.sorted { (projects[$0].name, $0) < (projects[$1].name, $1) }
    case "path":
      sorted = rows.sorted { (projects[$0].path, $0) < (projects[$1].path, $1) }
    default:
      sorted = rows
    }
    return isAscending ? sorted : sorted.reversed()
  }

  // MARK: Groups and namespaces

  func groupAnswer(_ call: Call) -> SandboxReply {
    guard let group = findGroup(call.owner) else { return .message(404, "404 Group Not Found") }
    var json = JSONWriter(utcOffset: settings.utcOffset)
    json.object { json in
      json.member("id", group.id)
      json.member("web_url", "\(settings.externalURL)/groups/\(group.fullPath)")
      json.member("name", group.name)
      json.member("path", group.path)
      json.member("description", "")
      json.member("visibility", "private")
      json.null("avatar_url")
      json.member("full_name", group.fullName)
      json.member("full_path", group.fullPath)
      json.time("created_at", group.createdAt)
      json.member("parent_id", group.parentID)
    }
    return .json(200, json.bytes)
  }

  func namespaceAnswer(_ call: Call) -> SandboxReply {
    let id = Int(call.owner) ?? namespacePaths[call.owner.lowercased()]
    guard let namespace = id.flatMap({ namespaces[$0] }), namespace.isVisible else {
      return .message(404, "404 Namespace Not Found")
    }
    var json = JSONWriter(utcOffset: settings.utcOffset)
    write(namespace, to: &json)
    return .json(200, json.bytes)
  }

  private func findGroup(_ owner: String) -> Namespace? {
    let id = Int(owner) ?? namespacePaths[owner.lowercased()]
    guard let group = id.flatMap({ namespaces[$0] }), group.isVisible, group.ownerID == nil else {
      return nil
    }
    return group
  }
}
