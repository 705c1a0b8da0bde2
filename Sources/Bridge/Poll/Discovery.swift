internal import Changes
internal import GitLab

/// Finds the projects that the routes select, with as few requests as the selectors allow.
///
/// - Routes without `projects`, globs without a literal group, globs over a user's namespace and
///   more than `exactLimit` full paths or ids: one listing of the token's memberships.
/// - A glob below a group: that group's projects, subgroups included.
/// - Few full paths or ids: the first pages of the membership listing, which the gate needs to
///   know of anyway, and each one that is not there by itself.
struct Discovery: Sendable {
  /// How long an answer is good for, in milliseconds.
  static let lifetime: Int64 = 10 * 60_000
  /// How long a search that was cut may go on, in milliseconds.
  static let searchLifetime: Int64 = 60 * 60_000
  /// Full paths and ids that are asked for one by one.
  private static let exactLimit = 50
  /// Pages of memberships that are read where not all of them are needed.
  private static let samplePages = 2
  private static let pageLimit = 10_000

  let client: GitLabClient
  let requester: Requester
  let routes: RouteTable
  /// Milliseconds of the pass that must be left for it to go on: the rest belongs to the projects.
  let reserve: Int64

  /// What was found.
  struct Found: Sendable {
    /// The selected projects by id, archived ones left out.
    var projects: [Int: DiscoverySearch.Row] = [:]
    /// Those among them that the membership listing shows.
    var members: Set<Int> = []
    /// Exact paths that lead to a project whose path is another one now.
    var aliases: [String: Int] = [:]
    /// Selectors that gave nothing, as the configuration writes them.
    var barren: [String] = []
    /// Selectors that gave archived projects alone.
    var archived: [String] = []
    /// Selectors for which GitLab failed: what is known by them goes on.
    var unanswered: Set<ProjectPattern> = []
    /// The first of those failures.
    var failure: GitLabError?
    /// GitLab's time of the first listing.
    var asOf: Timestamp?
  }

  /// Asks GitLab which projects the routes select.
  ///
  /// - Parameter search: What an earlier pass had read when its time ran out; after a throw, what
  ///   the next one can go on from.
  /// - Returns: What was found; a path or a group that is not there is barren, and one for which
  ///   GitLab fails is unanswered.
  /// - Throws: `PollError` when the rest cannot be asked now.
  func find(_ search: inout DiscoverySearch) async throws(PollError) -> Found {
    var found = Found()
    let patterns = routes.routes.flatMap { $0.projects ?? [] }
    let exact = Set(patterns.filter { $0.isExact })
    let globs = patterns.filter { !$0.isExact }
    var needsAll =
      routes.routes.contains { $0.projects == nil } || exact.count > Self.exactLimit
      || globs.contains { $0.literalGroupPrefix == nil }
    for prefix in Self.outermost(globs.compactMap(\.literalGroupPrefix)) {
      do {
        needsAll = try await !readGroup(prefix, into: &search) || needsAll
      } catch .failed(let error) where error.isAboutOne {
        found.failure = found.failure ?? error
        found.unanswered.formUnion(globs.filter { $0.lies(below: prefix) })
      } catch {
        throw error
      }
    }
    if needsAll {
      try await readMembers(pages: Self.pageLimit, into: &search)
    } else if search.projects.count + exact.count > 2 {
      let pages = Self.samplePages + search.projects.count / Self.exactLimit
      try await readMembers(pages: pages, into: &search)
    }
    for pattern in exact where !search.projects.contains(where: pattern.matches) {
      do {
        try await readOne(pattern, into: &search, &found)
      } catch .failed(let error) where error.isAboutOne {
        found.failure = found.failure ?? error
        found.unanswered.insert(pattern)
      } catch {
        throw error
      }
    }
    select(from: search, patterns: patterns, into: &found)
    return found
  }

  // MARK: Asking

  private func readMembers(
    pages limit: Int,
    into search: inout DiscoverySearch
  ) async throws(PollError) {
    try await read("members", pages: limit, into: &search) { search, page throws(PollError) in
      let answer = try await requester.ask(.projectList, reserving: reserve) {
        timeout throws(GitLabError) in
        try await client.limited(to: timeout).memberProjects(at: page)
      }
      search.members += answer.rows.map { Int($0.id) }
      return answer
    }
  }

  /// Reads a group's projects and returns whether there is such a group.
  private func readGroup(
    _ path: String,
    into search: inout DiscoverySearch
  ) async throws(PollError) -> Bool {
    guard !search.absent.contains(path) else { return false }
    do {
      try await read(path + "/", pages: Self.pageLimit, into: &search) {
        _,
        page throws(PollError) in
        try await requester.ask(.groupProjects, reserving: reserve) {
          timeout throws(GitLabError) in
          try await client.limited(to: timeout).groupProjects(path, at: page)
        }
      }
      return true
    } catch .failed(let error) where error.isAbsent {
      search.absent.append(path)
      return false
    } catch {
      throw error
    }
  }

  /// Reads a listing to its end, from where an earlier pass left it.
  private func read(
    _ listing: String,
    pages limit: Int,
    into search: inout DiscoverySearch,
    page ask: (
      _ search: inout DiscoverySearch, _ page: PageCursor?
    ) async throws(PollError) -> Page<GitLab.Project>
  ) async throws(PollError) {
    guard !search.done.contains(listing) else { return }
    var next = search.place.flatMap { $0.listing == listing ? $0.page : nil }
    for _ in 0..<limit {
      let answer = try await ask(&search, next)
      search.asOf = search.asOf ?? answer.serverDate.map(Timestamp.init(milliseconds:))
      for project in answer.rows where project.isArchived != true {
        search.projects[Int(project.id)] = DiscoverySearch.Row(project)
      }
      next = answer.next
      guard let place = answer.next else { break }
      search.place = DiscoverySearch.Place(listing: listing, page: place)
    }
    search.place = nil
    search.done.append(listing)
  }

  private func readOne(
    _ pattern: ProjectPattern,
    into search: inout DiscoverySearch,
    _ found: inout Found
  ) async throws(PollError) {
    var reference: ProjectReference
    switch pattern {
    case .id(let id): reference = .id(Int64(id))
    case .path(let path): reference = .path(path)
    case .glob: return
    }
    for _ in 0..<3 {
      let asked = reference
      do {
        let project = try await requester.ask(.project, reserving: reserve) {
          timeout throws(GitLabError) in
          try await client.limited(to: timeout).project(asked)
        }
        guard project.isArchived != true else {
          found.archived.append(pattern.description)
          return
        }
        let row = DiscoverySearch.Row(project)
        search.projects[Int(project.id)] = row
        if case .path(let path) = pattern, !pattern.matches(Int(project.id), row) {
          found.aliases[path] = Int(project.id)
        }
        return
      } catch .failed(let error) {
        switch error.kind {
        case .moved(let other): reference = other
        case _ where error.isAboutProject: return
        default: throw .failed(error)
        }
      }
    }
  }

  // MARK: Selecting

  private func select(
    from search: DiscoverySearch,
    patterns: [ProjectPattern],
    into found: inout Found
  ) {
    found.asOf = search.asOf
    let watch = Watch(routes: routes, aliases: found.aliases)
    found.projects = search.projects.filter { !watch.events(of: $0, path: $1.path).isEmpty }
    found.members = Set(search.members).intersection(found.projects.keys)
    var named: Set<ProjectPattern> = []
    for pattern in patterns where named.insert(pattern).inserted {
      let isAlias = if case .path(let path) = pattern { found.aliases[path] != nil } else { false }
      if !isAlias, !found.unanswered.contains(pattern),
        !found.archived.contains(pattern.description),
        !search.projects.contains(where: pattern.matches)
      {
        found.barren.append(pattern.description)
      }
    }
  }

  /// Leaves out groups that lie within another one of the list.
  private static func outermost(_ groups: [String]) -> [String] {
    let unique = Set(groups.map { $0.lowercased() })
    return unique.filter { group in
      !unique.contains { $0 != group && group.hasPrefix($0 + "/") }
    }.sorted()
  }
}

extension ProjectPattern {
  fileprivate var isExact: Bool {
    if case .glob = self { false } else { true }
  }

  fileprivate func matches(_ id: Int, _ row: DiscoverySearch.Row) -> Bool {
    matches(Project(id: id, path: row.path))
  }

  /// Whether a glob selects within a group, of which both are in small letters or not.
  fileprivate func lies(below group: String) -> Bool {
    guard let prefix = literalGroupPrefix?.lowercased() else { return false }
    return prefix == group.lowercased() || prefix.hasPrefix(group.lowercased() + "/")
  }
}

extension DiscoverySearch.Row {
  fileprivate init(_ project: GitLab.Project) {
    path = project.fullPath ?? ""
    defaultBranch = project.defaultBranch
    createdAt = project.createdAt.map(Timestamp.init(milliseconds:))
    hasJobs = project.hasJobs
  }
}
