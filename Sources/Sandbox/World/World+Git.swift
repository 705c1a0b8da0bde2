extension World {
  // MARK: Branches

  /// Pushes new commits, one a message, oldest first.
  ///
  /// A branch that does not exist is made from `base` (a branch, tag or SHA), else from the default
  /// branch; the first branch of a project has no base and becomes the default one.
  @discardableResult
  package mutating func push(
    _ messages: [String],
    to branch: String = "main",
    of projectID: Int,
    by userID: Int,
    from base: String? = nil
  ) -> Push {
    let index = index(ofProject: projectID)
    let old = projects[index].repository.branches[branch]
    let start =
      old ?? base.map { commit($0, of: index) }
      ?? projects[index].defaultBranch.flatMap { projects[index].repository.branches[$0] }
    let made = grow(messages, on: start.map { [$0] } ?? [], by: userID, in: index)
    guard let head = made.last ?? start else { preconditionFailure("a push of nothing") }
    return receive(
      [RefChange(name: branch, isTag: false, old: old, new: head)],
      of: index,
      by: userID
    )
  }

  /// Pushes one commit.
  @discardableResult
  package mutating func push(
    _ message: String,
    to branch: String = "main",
    of projectID: Int,
    by userID: Int
  ) -> Push {
    push([message], to: branch, of: projectID, by: userID)
  }

  /// Makes a branch at any commit, without commits of its own unless messages are given.
  @discardableResult
  package mutating func createBranch(
    _ branch: String,
    of projectID: Int,
    by userID: Int,
    from base: String? = nil,
    messages: [String] = []
  ) -> Push {
    precondition(head(of: branch, in: projectID) == nil, "branch \(branch) exists")
    return push(messages, to: branch, of: projectID, by: userID, from: base)
  }

  /// Replaces a branch by new commits on an older one.
  @discardableResult
  package mutating func forcePush(
    _ messages: [String],
    to branch: String,
    of projectID: Int,
    by userID: Int,
    from base: String
  ) -> Push {
    let index = index(ofProject: projectID)
    let start = commit(base, of: index)
    let made = grow(messages, on: [start], by: userID, in: index)
    return receive(
      [
        RefChange(
          name: branch,
          isTag: false,
          old: projects[index].repository.branches[branch],
          new: made.last ?? start
        )
      ],
      of: index,
      by: userID
    )
  }

  /// Sets a branch to another commit, usually an ancestor.
  @discardableResult
  package mutating func reset(
    _ branch: String,
    to target: String,
    of projectID: Int,
    by userID: Int
  ) -> Push {
    forcePush([], to: branch, of: projectID, by: userID, from: target)
  }

  /// Merges a branch into another with a merge commit, in one push.
  @discardableResult
  package mutating func merge(
    _ source: String,
    into target: String = "main",
    of projectID: Int,
    by userID: Int,
    message: String? = nil
  ) -> Push {
    let index = index(ofProject: projectID)
    let old = commit(target, of: index)
    let other = commit(source, of: index)
    let made = grow(
      [message ?? "Merge branch '\(source)' into '\(target)'"],
      on: [old, other],
      by: userID,
      in: index
    )
    return receive(
      [RefChange(name: target, isTag: false, old: old, new: made.last)],
      of: index,
      by: userID
    )
  }

  /// Deletes branches in one push; more than the limit of them become a bulk row.
  @discardableResult
  package mutating func deleteBranches(
    _ branches: [String],
    of projectID: Int,
    by userID: Int
  ) -> Push {
    let index = index(ofProject: projectID)
    return receive(
      branches.map {
        RefChange(name: $0, isTag: false, old: commit($0, of: index), new: nil)
      },
      of: index,
      by: userID
    )
  }

  /// Deletes one branch.
  @discardableResult
  package mutating func deleteBranch(
    _ branch: String,
    of projectID: Int,
    by userID: Int
  ) -> Push {
    deleteBranches([branch], of: projectID, by: userID)
  }

  /// Pushes a commit with one message to each of several branches at once.
  ///
  /// New and existing branches are groups of their own; more of a group than the limit become a
  /// bulk row and fire no webhook.
  @discardableResult
  package mutating func pushTogether(
    _ message: String?,
    to branches: [String],
    of projectID: Int,
    by userID: Int
  ) -> Push {
    let index = index(ofProject: projectID)
    var changes: [RefChange] = []
    for branch in branches {
      let old = projects[index].repository.branches[branch]
      let base =
        old ?? projects[index].defaultBranch.flatMap { projects[index].repository.branches[$0] }
      let grown = message.map { grow([$0], on: base.map { [$0] } ?? [], by: userID, in: index) }
      guard let new = grown?.last ?? base else { preconditionFailure("a push of nothing") }
      changes.append(RefChange(name: branch, isTag: false, old: old, new: new))
    }
    return receive(changes, of: index, by: userID)
  }

  // MARK: Tags

  /// Pushes tags at a commit in one push.
  @discardableResult
  package mutating func createTags(
    _ tags: [String],
    of projectID: Int,
    by userID: Int,
    at target: String = "main"
  ) -> Push {
    let index = index(ofProject: projectID)
    let new = commit(target, of: index)
    return receive(
      tags.map { RefChange(name: $0, isTag: true, old: nil, new: new) },
      of: index,
      by: userID
    )
  }

  /// Deletes tags in one push.
  @discardableResult
  package mutating func deleteTags(_ tags: [String], of projectID: Int, by userID: Int) -> Push {
    let index = index(ofProject: projectID)
    return receive(
      tags.map {
        RefChange(name: $0, isTag: true, old: projects[index].repository.tags[$0], new: nil)
      },
      of: index,
      by: userID
    )
  }

  // MARK: Other

  /// Forgets the commits that no ref leads to, as housekeeping does some weeks later.
  ///
  /// Those of pipelines are kept by refs of their own.
  package mutating func prune(_ projectID: Int) {
    let index = index(ofProject: projectID)
    projects[index].repository.prune(keeping: projects[index].pipelines.map(\.row.commit))
  }

  /// Returns the SHA that a branch, a tag or a SHA names, or nil.
  package func head(of ref: String, in projectID: Int) -> String? {
    let repository = projects[index(ofProject: projectID)].repository
    return repository.resolve(ref).map { repository.commits[$0].sha }
  }

  /// Returns the names of a project's branches, sorted.
  package func branches(of projectID: Int) -> [String] {
    projects[index(ofProject: projectID)].repository.branches.keys.sorted()
  }

  /// Returns the names of a project's tags, sorted.
  package func tags(of projectID: Int) -> [String] {
    projects[index(ofProject: projectID)].repository.tags.keys.sorted()
  }

  /// Returns the SHAs of a branch's history, newest first.
  package func history(of ref: String, in projectID: Int, limit: Int = .max) -> [String] {
    let repository = projects[index(ofProject: projectID)].repository
    guard let head = repository.resolve(ref) else { return [] }
    return repository.history(from: head, limit: limit).map { repository.commits[$0].sha }
  }

  private func commit(_ ref: String, of index: Int) -> Int {
    guard let commit = projects[index].repository.resolve(ref) else {
      preconditionFailure("project \(projects[index].id) has no \(ref)")
    }
    return commit
  }

  private mutating func grow(
    _ messages: [String],
    on parents: [Int],
    by userID: Int,
    in index: Int
  ) -> [Int] {
    let author = user(userID)
    var made: [Int] = []
    for message in messages {
      let sha = nextSHA()
      made.append(
        projects[index].repository.add(
          message: message,
          parents: made.last.map { [$0] } ?? parents,
          authorName: author.name,
          authorEmail: "\(author.username)@example.com",
          time: now,
          sha: sha
        )
      )
    }
    return made
  }
}
