internal import Changes

extension BridgeState {
  /// Applies one change.
  ///
  /// Deterministic, and tolerant of entries about things that are gone, so that a replayed journal
  /// gives the same state as the pass that wrote it.
  mutating func apply(_ entry: Entry) {
    switch entry {
    case .began(let url, let at):
      gitlab = url
      began = at
    case .moved(let url):
      gitlab = url
    case .server(let facts):
      server = facts
    case .token(let facts):
      token = facts
    case .discovered(let found, let newcomers):
      discovery = found
      for newcomer in newcomers {
        var project = projects[newcomer.id] ?? ProjectState(path: newcomer.path)
        project.apply(newcomer)
        projects[newcomer.id] = project
      }
    case .polled(let project, let state):
      projects[project] = state
    case .found(let messages, let tooOld):
      for message in messages {
        bots[message.bot, default: BotState()].take(message.item)
        nextItem = max(nextItem, message.item.id + 1)
      }
      for (bot, keys) in tooOld {
        bots[bot, default: BotState()].skip(keys)
      }
    case .rebased(let ids?):
      for id in ids {
        projects[id] = projects[id].map { ProjectState(path: $0.path) }
      }
    case .rebased(nil):
      began = nil
      gitlab = nil
      projects = [:]
      discovery = nil
      sweep = SweepState()
      server = nil
    case .dropped(let ids):
      for id in ids {
        projects[id] = nil
      }
      // One that comes back is seen for the first time, but not new: it was told in its day.
      if let discovery {
        self.discovery?.since = max(discovery.since ?? discovery.askedAt, discovery.askedAt)
      }
    case .held(let kind, let until):
      holds[kind] = until
    case .intent(let bot, let intent):
      if bots[bot]?.intent != nil {
        counters.count(.interrupted, bot: bot)
      }
      bots[bot, default: BotState()].begin(intent)
    case .outcome(let bot, let outcome):
      counters.count(Counters.PostEnding(outcome.fate), bot: bot)
      bots[bot, default: BotState()].apply(outcome)
    case .folded(let bot, let replaced, let digests):
      bots[bot, default: BotState()].fold(replaced: replaced, digests: digests)
      nextItem = max(nextItem, (digests.map(\.id).max() ?? 0) + 1)
    case .alerted(let bot, let item):
      bots[bot, default: BotState()].queue.append(item)
      nextItem = max(nextItem, item.id + 1)
    case .noted(let told):
      alerts = told
    case .absent(let bot, let absence):
      bots[bot]?.absence = absence
    case .abandoned(let bot, let cause, let at):
      bots[bot]?.abandon(cause: cause, at: at)
    case .trouble(let key, let state):
      troubles[key] = state
    case .relief(let key):
      troubles[key] = nil
    case .recounted(let bot):
      bots[bot]?.recount()
    case .recovered:
      counters.recoveries += 1
    case .passed(let pass, let swept):
      counters.count(pass)
      lastPass = pass
      sweep = swept
    }
  }
}

extension BotState {
  /// Messages kept aside that are remembered with their texts; older ones are only counted.
  private static let keptLimit = 1000
  /// News too old to be told that is remembered for a backfill.
  private static let skippedLimit = 10_000

  /// Queues a message; one that was kept aside or skipped before is counted no longer there.
  fileprivate mutating func take(_ item: QueueItem) {
    queue.append(item)
    guard let subject = item.subject else {
      tally.found += item.messageCount
      return
    }
    told.note(subject)
    if removeKept(subject.key) {
      tally.keptAside -= 1
    } else if let index = skipped.firstIndex(of: subject.key) {
      skipped.remove(at: index)
      tally.tooOld -= 1
    } else {
      tally.found += 1
    }
  }

  fileprivate mutating func skip(_ keys: [MessageKey]) {
    tally.found += keys.count
    tally.tooOld += keys.count
    skipped += keys
    if skipped.count > Self.skippedLimit {
      skipped.removeFirst(skipped.count - Self.skippedLimit)
    }
  }

  /// Takes one message out of what was kept aside and returns whether it was there.
  private mutating func removeKept(_ key: MessageKey) -> Bool {
    if let index = kept.firstIndex(where: { $0.item.subject?.key == key }) {
      kept.remove(at: index)
      return true
    }
    guard let index = kept.firstIndex(where: { $0.item.members?.contains(key) ?? false }) else {
      return false
    }
    kept[index].item.members?.removeAll { $0 == key }
    kept[index].item.messageCount -= 1
    if kept[index].item.messageCount == 0 {
      kept.remove(at: index)
    }
    return true
  }

  fileprivate mutating func begin(_ next: Intent) {
    // The post before came to no end that we know of. It counts as sent now, the latest possible.
    if intent != nil {
      count(next.at)
    }
    intent = next
  }

  fileprivate mutating func apply(_ outcome: Entry.Outcome) {
    intent = nil
    count(outcome.at)
    allowance = outcome.allowance
    guard let index = queue.firstIndex(where: { $0.id == outcome.item }) else { return }
    switch outcome.fate {
    case .sent:
      let item = queue.remove(at: index)
      if item.subject == nil {
        tally.inDigests += item.messageCount
      } else {
        tally.posted += item.messageCount
      }
      delay = nil
    case .waits(let pause):
      delay = pause
    case .shortened(let content):
      queue[index].content = content
      queue[index].isShortened = true
      delay = nil
    case .kept(let cause):
      keep(at: index, cause: cause, at: Timestamp(milliseconds: outcome.at.wall))
      delay = nil
    }
  }

  fileprivate mutating func fold(replaced: [Int], digests: [QueueItem]) {
    let gone = Set(replaced)
    guard let place = queue.firstIndex(where: { gone.contains($0.id) }) else { return }
    queue.removeAll { gone.contains($0.id) }
    queue.insert(contentsOf: digests, at: min(place, queue.endIndex))
  }

  fileprivate mutating func abandon(cause: String, at: Timestamp) {
    while !queue.isEmpty {
      keep(at: queue.startIndex, cause: cause, at: at)
    }
    intent = nil
    delay = nil
  }

  fileprivate mutating func recount() {
    tally = Tally()
    tally.found = waiting
  }

  private mutating func count(_ send: SendStamp) {
    sends.append(send)
    Pace.trim(&sends)
  }

  private mutating func keep(at index: Int, cause: String, at: Timestamp) {
    let item = queue.remove(at: index)
    tally.keptAside += item.messageCount
    kept.append(KeptItem(item: item, cause: cause, at: at))
    if kept.count > Self.keptLimit {
      kept.removeFirst(kept.count - Self.keptLimit)
    }
  }
}
