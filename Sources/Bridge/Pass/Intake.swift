internal import Changes

/// Writes what a pass finds: the new cursors and the messages that they gave, as one group.
///
/// A pass in which very many projects have news hands them over in portions, each a group of its
/// own, so that its memory does not grow with the news. All news of a project is in one portion.
struct Intake {
  /// How long a project is remembered that no route selects, in milliseconds.
  private static let unselectedMemory: Int64 = 30 * 86_400_000
  /// Messages of one journal record.
  static let messagesPerRecord = 100

  let settings: PassSettings
  let keeper: StateKeeper
  /// The local time of the pass.
  let now: Timestamp

  /// Whether the watch began with this pass.
  private(set) var isFirst = false
  /// The news found.
  private(set) var pushes = 0
  private(set) var builds = 0
  /// Messages not told for their age.
  private(set) var tooOld = 0
  private var isOpened = false
  /// What the bots had been told before: a log forgets its oldest news for that of this pass.
  private let told: [String: ToldLog]

  init(settings: PassSettings, keeper: StateKeeper, now: Timestamp) {
    self.settings = settings
    self.keeper = keeper
    self.now = now
    told = keeper.state.bots.mapValues(\.told)
  }

  /// Writes readings, and before the first ones which projects they were chosen from.
  ///
  /// - Parameter poll: Readings of projects that were not taken before, with what the poller has
  ///   found out of GitLab as a whole.
  /// - Throws: `StoreError`; nothing of these readings was written then.
  mutating func take(_ poll: Poller.Report) throws {
    if !isOpened {
      try open(poll)
      isOpened = true
    }
    try keeper.commit(cursors(poll.readings) + messages(poll.readings))
  }

  /// Writes for how long GitLab holds kinds of endpoint back.
  ///
  /// - Throws: `StoreError`.
  func note(_ holds: [EndpointKind: Timestamp]) throws {
    try keeper.commit(
      holds.filter { keeper.state.holds[$0.key.rawValue] != $0.value }
        .sorted { $0.key.rawValue < $1.key.rawValue }
        .map { .held(kind: $0.key.rawValue, until: $0.value) }
    )
  }

  // MARK: GitLab as a whole

  private mutating func open(_ poll: Poller.Report) throws {
    var entries: [Entry] = []
    if keeper.state.began == nil, let began = poll.began, poll.discovery != nil {
      entries.append(.began(gitlab: settings.gitlabURL, at: began))
      isFirst = true
    }
    if let server = poll.server {
      entries.append(.server(server))
    }
    if let discovery = poll.discovery {
      entries.append(.discovered(discovery.state, newcomers: discovery.newcomers))
    } else if let search = poll.search {
      entries.append(.searched(search))
    }
    // What GitLab only confirmed is worth no sync: losing it costs requests.
    try keeper.commit(entries, durably: !entries.allSatisfy { $0.isRefresh(of: keeper.state) })
    if let discovery = poll.discovery {
      try keeper.commit(selection(discovery.state))
    }
  }

  /// Notes which remembered projects no route selects any more, and forgets them after a while.
  ///
  /// A listing that left one out by mistake, or a route that comes back, goes on where it was.
  private func selection(_ discovery: DiscoveryState) -> [Entry] {
    let selected = Set(discovery.projects)
    var entries: [Entry] = []
    var forgotten: [Int] = []
    for id in keeper.state.projects.keys.sorted() {
      guard var project = keeper.state.projects[id] else { continue }
      let isSelected = selected.contains(id)
      guard isSelected || project.unselectedSince != nil else {
        project.unselectedSince = now
        entries.append(.polled(project: id, state: project))
        continue
      }
      guard let since = project.unselectedSince else { continue }
      if isSelected {
        project.unselectedSince = nil
        entries.append(.polled(project: id, state: project))
      } else if now.milliseconds - since.milliseconds > Self.unselectedMemory {
        forgotten.append(id)
      }
    }
    return entries + (forgotten.isEmpty ? [] : [.dropped(projects: forgotten)])
  }

  // MARK: Single projects

  private func cursors(_ readings: [ProjectReading]) -> [Entry] {
    readings.compactMap { reading in
      let after = reading.stateAfterPass(now: now)
      return after == keeper.state.projects[reading.id]
        ? nil : .polled(project: reading.id, state: after)
    }
  }

  private mutating func messages(_ readings: [ProjectReading]) -> [Entry] {
    let composer = Composer(
      watch: Watch(
        routes: settings.routes,
        aliases: keeper.state.discovery?.aliases ?? [:]
      ),
      neutraliser: Neutraliser(gitlabURL: settings.gitlabURL),
      ageLimit: AgeLimit(milliseconds: settings.maxAgeMilliseconds),
      now: now
    )
    let composition = composer.compose(readings, firstItem: keeper.state.nextItem)
    pushes += composition.pushCount
    builds += composition.buildCount
    tooOld += composition.tooOld.values.reduce(0) { $0 + $1.count }
    // A backfill may have told what this pass finds.
    var rest = composition.messages.filter { message in
      guard let subject = message.item.subject else { return true }
      return told[message.bot]?.contains(subject.key, at: subject.at) != true
    }[...]
    var entries: [Entry] = []
    while !rest.isEmpty {
      entries.append(.found(messages: Array(rest.prefix(Self.messagesPerRecord)), tooOld: [:]))
      rest = rest.dropFirst(Self.messagesPerRecord)
    }
    if !composition.tooOld.isEmpty {
      entries.append(.found(messages: [], tooOld: composition.tooOld))
    }
    return entries
  }
}

extension PassReport {
  /// Adds what was found.
  mutating func add(_ intake: Intake) {
    isFirst = intake.isFirst
    pushes += intake.pushes
    builds += intake.builds
    tooOld += intake.tooOld
  }
}
