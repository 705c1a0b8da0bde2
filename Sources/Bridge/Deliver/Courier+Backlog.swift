internal import Changes

extension Courier {
  /// Folds the messages of every bot for which too many wait into digests, in one durable step.
  ///
  /// A message that was tried already is left as it is: it may have arrived, and the same bytes
  /// must be sent again. Digests and the bridge's own words keep their places.
  func foldBacklogs() throws {
    guard settings.digestAbove > 0 else { return }
    var entries: [Entry] = []
    var events: [DeliveryEvent] = []
    var nextID = keeper.state.nextItem
    for mailbox in mailboxes {
      guard let bot = keeper.state.bots[mailbox.name] else { continue }
      let items = bot.queue.enumerated().filter { index, item in
        let wasTried = index == 0 && bot.delay != nil || item.id == bot.intent?.item
        return item.subject != nil && !wasTried
      }.map(\.element)
      guard items.count > settings.digestAbove else { continue }
      let digests = digests(of: items, firstID: nextID)
      nextID += digests.count
      entries.append(.folded(bot: mailbox.name, replaced: items.map(\.id), digests: digests))
      events.append(.folded(bot: mailbox.name, messages: items.count, digests: digests.count))
    }
    try keeper.commit(entries)
    events.forEach(observe)
  }

  /// Returns the digests that tell these messages, by the first message of each title.
  private func digests(of items: [QueueItem], firstID: Int) -> [QueueItem] {
    var titles: [String] = []
    var groups: [String: [DigestEntry]] = [:]
    var keys: [String: MessageKey] = [:]
    for item in items {
      guard let subject = item.subject else { continue }
      let entry = DigestEntry(subject, id: String(item.id))
      keys[entry.id] = MessageKey(kind: subject.kind, id: subject.id)
      if groups[subject.title] == nil {
        titles.append(subject.title)
      }
      groups[subject.title, default: []].append(entry)
    }
    let queuedAt = items.map(\.queuedAt).min() ?? Timestamp(milliseconds: now.wall)
    var nextID = firstID
    return titles.flatMap { title in
      let entries = groups[title] ?? []
      return Digest.fold(
        entries,
        title: title,
        neutraliser: settings.neutraliser,
        formatTime: settings.formatTime
      ).map { digest in
        defer { nextID += 1 }
        return QueueItem(
          id: nextID,
          content: digest.content,
          messageCount: digest.entryIDs.count,
          queuedAt: queuedAt,
          members: digest.entryIDs.compactMap { keys[$0] }
        )
      }
    }
  }
}

extension DigestEntry {
  fileprivate init(_ subject: Subject, id: String) {
    let happening: Happening =
      switch subject.kind {
      case .push:
        .push(
          subject.pushKind ?? .commits,
          commitTitle: subject.headline,
          commitCount: subject.commitCount ?? 1
        )
      case .build:
        .build(
          job: subject.headline,
          stage: subject.stage ?? "",
          reason: subject.reason ?? ""
        )
      }
    self.init(
      id: id,
      time: subject.at,
      projectID: Int(subject.projectID),
      projectName: subject.projectName,
      projectURL: subject.projectURL,
      username: subject.username,
      reference: subject.ref,
      link: subject.link,
      happening: happening
    )
  }
}
