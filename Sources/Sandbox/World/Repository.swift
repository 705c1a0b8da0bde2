/// The Git side of a project: a real commit graph with branches and tags.
struct Repository: Sendable {
  struct Commit: Sendable {
    let sha: String
    /// Indexes into `commits`.
    let parents: [Int]
    /// One more than the highest of the parents.
    let generation: Int
    let message: String
    let authorName: String
    let authorEmail: String
    /// Milliseconds, but whole seconds, as Git has them.
    let time: Int64

    var title: String {
      String(message.prefix { $0 != "\n" && $0 != "\r\n" })
    }
  }

  private(set) var commits: [Commit] = []
  private var indexes: [String: Int] = [:]
  var branches: [String: Int] = [:]
  var tags: [String: Int] = [:]

  mutating func add(
    message: String,
    parents: [Int],
    authorName: String,
    authorEmail: String,
    time: Int64,
    sha: String
  ) -> Int {
    let generation = parents.map { commits[$0].generation + 1 }.max() ?? 0
    commits.append(
      Commit(
        sha: sha,
        parents: parents,
        generation: generation,
        message: message,
        authorName: authorName,
        authorEmail: authorEmail,
        time: time / 1000 * 1000
      )
    )
    indexes[sha] = commits.count - 1
    return commits.count - 1
  }

  /// Returns the commit that a branch, a tag or a SHA names.
  func resolve(_ name: String) -> Int? {
    if let index = branches[name] ?? tags[name] ?? indexes[name] { return index }
    if name == "HEAD" { return nil }
    if name.hasPrefix("refs/heads/") { return branches[String(name.dropFirst(11))] }
    if name.hasPrefix("refs/tags/") { return tags[String(name.dropFirst(10))] }
    guard (7..<40).contains(name.utf8.count) else { return nil }
    return indexes.first { $0.key.hasPrefix(name) }?.value
  }

  /// Returns the commits reachable from one and not from the other, newest first, in the order of
  /// `git rev-list`.
  func range(excluding old: Int?, including new: Int) -> [Int] {
    guard let old else { return history(from: new, limit: .max) }
    // Children have a higher generation than their parents, so a commit is judged when it comes
    // out: everything that could still exclude it has come out before.
    var queue = CommitQueue()
    var isExcluded: [Int: Bool] = [new: false]
    var waitingWanted = 1
    queue.add(new, key: Int64(commits[new].generation))
    if old == new { return [] }
    isExcluded[old] = true
    queue.add(old, key: Int64(commits[old].generation))
    var wanted: Set<Int> = []
    while waitingWanted > 0, let commit = queue.next() {
      let excluded = isExcluded[commit] ?? false
      if !excluded {
        waitingWanted -= 1
        wanted.insert(commit)
      }
      for parent in commits[commit].parents {
        switch isExcluded[parent] {
        case nil:
          isExcluded[parent] = excluded
          if !excluded { waitingWanted += 1 }
          queue.add(parent, key: Int64(commits[parent].generation))
        case false? where excluded:
          isExcluded[parent] = true
          waitingWanted -= 1
        default:
          break
        }
      }
    }
    return wanted.contains(new) ? history(from: new, limit: .max) { wanted.contains($0) } : []
  }

  /// Returns the newest commits of a history, by commit date, newest first.
  func history(
    from commit: Int,
    limit: Int,
    where isWanted: (Int) -> Bool = { _ in true }
  ) -> [Int] {
    var result: [Int] = []
    var seen: Set<Int> = [commit]
    var queue = CommitQueue()
    queue.add(commit, key: commits[commit].time)
    while result.count < limit, let next = queue.next() {
      result.append(next)
      for parent in commits[next].parents where isWanted(parent) && seen.insert(parent).inserted {
        queue.add(parent, key: commits[parent].time)
      }
    }
    return result
  }

  func contains(_ commit: Int, in descendant: Int) -> Bool {
    range(excluding: descendant, including: commit).isEmpty
  }

  /// Forgets the commits that no branch, tag or kept commit leads to.
  mutating func prune(keeping kept: [Int]) {
    var reachable: Set<Int> = []
    var waiting = Array(branches.values) + Array(tags.values) + kept
    while let commit = waiting.popLast() {
      guard reachable.insert(commit).inserted else { continue }
      waiting.append(contentsOf: commits[commit].parents)
    }
    indexes = indexes.filter { reachable.contains($0.value) }
  }
}
