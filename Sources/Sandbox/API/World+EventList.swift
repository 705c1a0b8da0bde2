extension World {
  /// `GET /projects/:id/events`: one page from the database, then the visibility filter.
  func events(_ call: Call, at index: Int) -> SandboxReply {
    let project = projects[index]
    let query = call.query
    if let action = query["action"], !Self.actions.contains(action) {
      return .error(400, "action does not have a valid value")
    }
    let isAscending = query["sort"] == "asc"
    let page = Page(query)
    let matches = matcher(query)
    // GitLab stops counting here, and its page numbers with it.
    let countLimit = 10_001
    let wanted = (page.number - 1) * page.size..<page.number * page.size
    var count = 0
    var rows: [Int] = []
    let indexes = project.events.indices
    for step in 0..<indexes.count {
      let position = isAscending ? step : indexes.count - 1 - step
      guard matches(project.events[position]) else { continue }
      if wanted.contains(count) { rows.append(position) }
      count += 1
      if count >= max(countLimit, wanted.upperBound) { break }
    }
    var json = JSONWriter(utcOffset: settings.utcOffset, capacity: rows.count * 800 + 16)
    json.array(rows) { json, position in
      let event = project.events[position]
      if isVisible(event, in: project) { write(event, of: project, to: &json) }
    }
    let isCounted = count < countLimit
    return .json(
      200,
      json.bytes,
      headers: page.headers(
        call,
        total: isCounted ? count : nil,
        hasMore: wanted.upperBound < countLimit,
        base: settings
      )
    )
  }

  private func isVisible(_ event: Event, in project: Project) -> Bool {
    if event.isHidden { return false }
    if case .push = event.kind { return project.canReadCode }
    return true
  }

  private func matcher(_ query: Query) -> (Event) -> Bool {
    let now = now
    let action = query["action"]
    let target = query["target_type"]?.lowercased()
    // GitLab takes a date for the beginning of that day in its own zone.
    let zone = Int64(settings.utcOffset) * 60_000
    let day = { (time: Int64) in Stamp.startOfDay(time) - zone }
    let after = query.time("after").map { day($0) + 86_400_000 }
    let before = query.time("before").map { day($0) }
    return { event in
      guard event.visibleAt <= now else { return false }
      if let after, event.createdAt < after { return false }
      if let before, event.createdAt >= before { return false }
      if let action, action != event.action { return false }
      if let target, target != event.target { return false }
      return true
    }
  }

  private static let actions = [
    "created", "updated", "closed", "reopened", "pushed", "commented", "merged", "joined", "left",
    "destroyed", "expired", "approved",
  ]
}

extension World.Event {
  /// The value of the `action` parameter that finds it.
  fileprivate var action: String {
    switch kind {
    case .push: "pushed"
    case .note: "commented"
    case .other("opened", _, _, _, _): "created"
    case .other(let action, _, _, _, _): action
    }
  }

  /// The value of the `target_type` parameter that finds it.
  fileprivate var target: String {
    switch kind {
    case .push: ""
    case .note: "note"
    case .other(_, let target, _, _, _): target.lowercased()
    }
  }
}
