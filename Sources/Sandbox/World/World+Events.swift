extension World {
  /// Moves the refs and does what the worker after a push does: events, then webhooks.
  mutating func receive(
    _ changes: [RefChange],
    of index: Int,
    by userID: Int
  ) -> Push {
    for change in changes {
      if change.isTag {
        projects[index].repository.tags[change.name] = change.new
      } else {
        projects[index].repository.branches[change.name] = change.new
        if projects[index].defaultBranch == nil { projects[index].defaultBranch = change.name }
      }
    }
    let repository = projects[index].repository
    var push = Push()
    push.head = changes.first?.new.map { repository.commits[$0].sha }
    guard !isImporting else { return push }
    for group in grouped(changes) {
      let isBulk = group.count > settings.eventActivitiesLimit
      let firesHooks = group.count <= settings.eventHooksLimit
      for change in group {
        let commits = newCommits(change, of: index)
        let data = pushData(change, commits: commits, of: index)
        var eventID: Int?
        if !isBulk {
          eventID = addEvent(.push(data), to: index, by: userID)
          push.events += eventID.map { [$0] } ?? []
        }
        if firesHooks, !change.isTag {
          recordPush(change, commits: commits, eventID: eventID, of: index, by: userID)
        }
      }
      if isBulk, let first = group.first {
        let data = PushData(
          commitCount: 0,
          action: first.action,
          isTag: first.isTag,
          refCount: group.count
        )
        push.events.append(addEvent(.push(data), to: index, by: userID))
      }
    }
    return push
  }

  /// Repeats the newest push event of a project under a new id, which it returns.
  ///
  /// A retried worker does that; the webhook is doubled too.
  package mutating func duplicateLastPush(of projectID: Int) -> Int? {
    let index = index(ofProject: projectID)
    let isPush = { (event: Event) in if case .push = event.kind { true } else { false } }
    guard let last = projects[index].events.last(where: isPush) else { return nil }
    let id = addEvent(last.kind, to: index, by: last.authorID)
    if var webhook = webhooks.last(where: { $0.rowID == last.id && $0.kind == .push }) {
      webhook.rowID = id
      webhook.isDuplicate = true
      webhook.projectName = projects[index].name
      webhook.projectURL = webURL(projects[index])
      webhook.time = now
      webhook.sequence = nextID(.webhook)
      webhooks.append(webhook)
    }
    return id
  }

  /// Opens an issue and returns its event's id.
  @discardableResult
  package mutating func openIssue(_ title: String, of projectID: Int, by userID: Int) -> Int {
    let index = index(ofProject: projectID)
    projects[index].issueCount += 1
    let kind = Event.Kind.other(
      action: "opened",
      target: "Issue",
      targetID: nextID(.issue),
      iid: projects[index].issueCount,
      title: title
    )
    return addEvent(kind, to: index, by: userID)
  }

  /// Comments on an issue and returns the event's id.
  @discardableResult
  package mutating func comment(_ text: String, of projectID: Int, by userID: Int) -> Int {
    let index = index(ofProject: projectID)
    let kind = Event.Kind.note(
      id: nextID(.note),
      body: text,
      issueID: 1,
      iid: max(1, projects[index].issueCount)
    )
    return addEvent(kind, to: index, by: userID)
  }

  /// Lets a user join a project and returns the event's id.
  @discardableResult
  package mutating func join(_ projectID: Int, by userID: Int) -> Int {
    let kind = Event.Kind.other(action: "joined", target: "", targetID: 0, iid: 0, title: nil)
    return addEvent(kind, to: index(ofProject: projectID), by: userID)
  }

  private mutating func addEvent(_ kind: Event.Kind, to index: Int, by userID: Int) -> Int {
    let id = nextID(.event)
    projects[index].events.append(
      Event(
        id: id,
        authorID: userID,
        createdAt: now,
        visibleAt: visibleAt,
        isHidden: hidesEvents,
        kind: kind
      )
    )
    touch(index)
    return id
  }

  /// Moves `last_activity_at` if it is over an hour old, in the event's own transaction.
  private mutating func touch(_ index: Int) {
    let now = now
    let latest = projects[index].pendingActivity.last?.value ?? projects[index].lastActivityAt
    guard now - latest > 3_600_000 else { return }
    activityCount += 1
    if settings.missedActivityEvery > 0, activityCount % settings.missedActivityEvery == 0 {
      return
    }
    if visibilityDelay > 0 {
      projects[index].pendingActivity.removeAll { $0.visibleAt <= now && $0.value < latest }
      projects[index].pendingActivity.append((visibleAt, now))
    } else {
      projects[index].lastActivityAt = now
      projects[index].pendingActivity = []
    }
  }

  private func grouped(_ changes: [RefChange]) -> [[RefChange]] {
    var groups: [[RefChange]] = []
    for change in changes {
      let match = groups.firstIndex {
        $0[0].isTag == change.isTag && $0[0].action == change.action
      }
      if let match { groups[match].append(change) } else { groups.append([change]) }
    }
    return groups
  }

  /// Returns the commits that the webhook is about, newest first, as the worker finds them.
  private func newCommits(_ change: RefChange, of index: Int) -> [Int] {
    let repository = projects[index].repository
    guard let new = change.new else { return [] }
    if change.isTag { return [new] }
    if let old = change.old { return repository.range(excluding: old, including: new) }
    guard let defaultBranch = projects[index].defaultBranch, defaultBranch != change.name,
      let head = repository.branches[defaultBranch]
    else { return repository.range(excluding: nil, including: new) }
    return repository.range(excluding: head, including: new)
  }

  private func pushData(_ change: RefChange, commits: [Int], of index: Int) -> PushData {
    let repository = projects[index].repository
    let sha = { (commit: Int) in repository.commits[commit].sha }
    return PushData(
      commitCount: commits.count,
      action: change.action,
      isTag: change.isTag,
      from: change.old.map(sha),
      to: change.new.map(sha),
      ref: change.name,
      title: commits.isEmpty
        ? nil : change.new.map { repository.commits[$0].title.truncated(to: 70) }
    )
  }
}

extension String {
  func truncated(to limit: Int) -> String {
    count <= limit ? self : prefix(limit - 3) + "..."
  }
}
