/// The parameters by which lists of projects are narrowed.
struct ProjectFilter {
  private let now: Int64
  private let isMembership: Bool
  private let minimumLevel: Int
  private let isArchived: Bool?
  private let activeAfter: Int64?
  private let activeBefore: Int64?
  private let idAfter: Int?
  private let idBefore: Int?
  private let visibility: String?
  private let search: String?
  private let searchesPaths: Bool
  private let hasTopic: Bool

  init(_ query: Query, now: Int64) {
    self.now = now
    isMembership = query.flag("membership") ?? false
    minimumLevel = query.int("min_access_level") ?? 0
    isArchived = query.flag("archived")
    activeAfter = query.time("last_activity_after")
    activeBefore = query.time("last_activity_before")
    idAfter = query.int("id_after")
    idBefore = query.int("id_before")
    visibility = query["visibility"]
    search = query["search"]?.lowercased()
    searchesPaths = query.flag("search_namespaces") ?? false
    hasTopic = query["topic"] != nil
  }

  /// Tells whether the list has the project at an index.
  ///
  /// It reads the fields in place: ten thousand copies of projects would cost milliseconds.
  func selects(_ index: Int, of projects: [World.Project]) -> Bool {
    guard !hasTopic, isArchived == nil || isArchived == projects[index].isArchived,
      projects[index].accessLevel >= max(minimumLevel, isMembership ? 1 : 0),
      projects[index].accessLevel > 0 || projects[index].visibility != .private
    else { return false }
    if activeAfter != nil || activeBefore != nil {
      let activity = World.Project.lastActivity(
        projects[index].lastActivityAt,
        pending: projects[index].pendingActivity,
        seenAt: now
      )
      if let activeAfter, activity <= activeAfter { return false }
      if let activeBefore, activity >= activeBefore { return false }
    }
    if let idAfter, projects[index].id <= idAfter { return false }
    if let idBefore, projects[index].id >= idBefore { return false }
    if let visibility, visibility != projects[index].visibility.rawValue { return false }
    guard let search else { return true }
    let path = searchesPaths ? projects[index].fullPath : projects[index].path
    return path.lowercased().contains(search)
      || projects[index].name.lowercased().contains(search)
  }
}

extension World.Project {
  /// The value of `last_activity_at` that a reader sees.
  func lastActivity(seenAt now: Int64) -> Int64 {
    Self.lastActivity(lastActivityAt, pending: pendingActivity, seenAt: now)
  }

  static func lastActivity(
    _ committed: Int64,
    pending: [(visibleAt: Int64, value: Int64)],
    seenAt now: Int64
  ) -> Int64 {
    if pending.isEmpty { return committed }
    return pending.reduce(committed) { $1.visibleAt <= now ? max($0, $1.value) : $0 }
  }
}
