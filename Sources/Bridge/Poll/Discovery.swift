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
  /// Full paths and ids that are asked for one by one.
  private static let exactLimit = 50
  /// Pages of memberships that are read where not all of them are needed.
  private static let samplePages = 2
  private static let pageLimit = 10_000

  let client: GitLabClient
  let requester: Requester
  let routes: RouteTable

  /// What was found.
  struct Found: Sendable {
    /// The selected projects by id, archived ones left out.
    var projects: [Int: GitLab.Project] = [:]
    /// Those among them that the membership listing shows.
    var members: Set<Int> = []
    /// Exact paths that lead to a project whose path is another one now.
    var aliases: [String: Int] = [:]
    /// Selectors that gave nothing, as the configuration writes them.
    var barren: [String] = []
    /// Selectors that gave archived projects alone.
    var archived: [String] = []
    /// GitLab's time of the first listing.
    var asOf: Timestamp?
  }

  /// Asks GitLab which projects the routes select.
  ///
  /// - Throws: `PollError`; a path or a group that is not there is no error but barren.
  func find() async throws(PollError) -> Found {
    var search = Search()
    let patterns = routes.routes.flatMap { $0.projects ?? [] }
    let exact = patterns.filter { $0.isExact }
    let globs = patterns.filter { !$0.isExact }
    let prefixes = Self.outermost(globs.compactMap(\.literalGroupPrefix))
    var needsAll =
      routes.routes.contains { $0.projects == nil } || Set(exact).count > Self.exactLimit
      || globs.contains { $0.literalGroupPrefix == nil }
    for prefix in prefixes {
      needsAll = try await !readGroup(prefix, into: &search) || needsAll
    }
    if needsAll {
      try await readMembers(pages: Self.pageLimit, into: &search)
    } else if search.all.count + exact.count > 2 {
      try await readMembers(
        pages: Self.samplePages + search.all.count / Self.exactLimit,
        into: &search
      )
    }
    for pattern in Set(exact) where !search.all.values.contains(where: pattern.matches) {
      try await readOne(pattern, into: &search)
    }
    return selected(from: search, patterns: patterns)
  }

  // MARK: Asking

  /// What has been read so far.
  private struct Search {
    var all: [Int: GitLab.Project] = [:]
    var members: Set<Int> = []
    var aliases: [String: Int] = [:]
    var archived: Set<ProjectPattern> = []
    var asOf: Timestamp?

    mutating func add(_ project: GitLab.Project) {
      all[Int(project.id)] = project
    }
  }

  private func readMembers(pages limit: Int, into search: inout Search) async throws(PollError) {
    var page: PageCursor?
    for _ in 0..<limit {
      let next = page
      let answer = try await requester.ask(.projectList) { timeout throws(GitLabError) in
        try await client.limited(to: timeout).memberProjects(at: next)
      }
      search.asOf = search.asOf ?? answer.serverDate.map(Timestamp.init(milliseconds:))
      for project in answer.rows {
        search.add(project)
        search.members.insert(Int(project.id))
      }
      guard answer.next != nil else { return }
      page = answer.next
    }
  }

  /// Reads a group's projects and returns whether there is such a group.
  private func readGroup(
    _ path: String,
    into search: inout Search
  ) async throws(PollError) -> Bool {
    var page: PageCursor?
    for _ in 0..<Self.pageLimit {
      let next = page
      do {
        let answer = try await requester.ask(.groupProjects) { timeout throws(GitLabError) in
          try await client.limited(to: timeout).groupProjects(path, at: next)
        }
        search.asOf = search.asOf ?? answer.serverDate.map(Timestamp.init(milliseconds:))
        for project in answer.rows where project.isArchived != true {
          search.add(project)
        }
        guard answer.next != nil else { return true }
        page = answer.next
      } catch .failed(let error) where error.isAbsent {
        return false
      }
    }
    return true
  }

  private func readOne(
    _ pattern: ProjectPattern,
    into search: inout Search
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
        let project = try await requester.ask(.project) { timeout throws(GitLabError) in
          try await client.limited(to: timeout).project(asked)
        }
        guard project.isArchived != true else {
          search.archived.insert(pattern)
          return
        }
        search.add(project)
        if case .path(let path) = pattern, !pattern.matches(project) {
          search.aliases[path] = Int(project.id)
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

  private func selected(from search: Search, patterns: [ProjectPattern]) -> Found {
    var found = Found(aliases: search.aliases, asOf: search.asOf)
    let watch = Watch(routes: routes, aliases: search.aliases)
    for (id, project) in search.all {
      guard !watch.events(of: id, path: project.fullPath ?? "").isEmpty else { continue }
      found.projects[id] = project
    }
    found.members = search.members.intersection(found.projects.keys)
    var told: Set<ProjectPattern> = []
    for pattern in patterns where told.insert(pattern).inserted {
      if search.archived.contains(pattern) {
        found.archived.append(pattern.description)
        continue
      }
      let isAlias = if case .path(let path) = pattern { search.aliases[path] != nil } else { false }
      if !isAlias && !search.all.values.contains(where: pattern.matches) {
        found.barren.append(pattern.description)
      }
    }
    return found
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

  fileprivate func matches(_ project: GitLab.Project) -> Bool {
    matches(Project(id: Int(project.id), path: project.fullPath ?? ""))
  }
}
