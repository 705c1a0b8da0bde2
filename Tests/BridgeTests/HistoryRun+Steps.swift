import Sandbox

extension HistoryRun {
  /// Does something that happens in a GitLab.
  func step() async throws {
    let project = chance.pick(projects) ?? scene.project
    let user = chance.pick(users) ?? scene.ann
    guard scene.sandbox.change({ $0.head(of: "main", in: project) }) != nil else {
      return push(to: project, by: user, branch: "main")
    }
    let kind = chance.weigh([
      (30, Kind.commits), (20, .branch), (8, .rewrite), (8, .merge), (5, .delete), (4, .tags),
      (5, .bulk), (4, .other), (2, .rename), (2, .project), (16, .pipeline), (60, .job),
      (2, .deletion), (2, .repeat), (1, .block), (1, .prune),
    ])
    switch kind {
    case .commits:
      push(to: project, by: user, branch: chance.oneIn(2) ? "main" : anyBranch(of: project))
    case .branch: newBranch(in: project, by: user)
    case .rewrite: rewrite(project, by: user)
    case .merge: merge(in: project, by: user)
    case .delete: deleteBranches(in: project, by: user)
    case .tags: tag(project, by: user)
    case .bulk: pushMany(project, by: user)
    case .other: others(in: project, by: user)
    case .rename: try await rename(project)
    case .project: addProject()
    case .pipeline: startPipeline(in: project, by: user)
    case .job: moveJobs(of: project, by: user)
    case .deletion: try await deletePipeline(of: project)
    case .repeat:
      let id = scene.sandbox.change { $0.duplicateLastPush(of: project) }
      note("event repeated as \(id ?? 0)")
    case .block: try await block()
    case .prune:
      guard try await hasSeen(project) else { return }
      scene.sandbox.change { $0.prune(project) }
      note("pruned \(project)")
    }
  }

  enum Kind {
    case commits, branch, rewrite, merge, delete, tags, bulk, other, rename, project, pipeline
    case job, deletion, `repeat`, block, prune
  }

  // MARK: Texts

  /// Commit messages, each one of its kind.
  func messages(_ number: Int) -> [String] {
    (0..<number).map { _ in
      count += 1
      let long = String(repeating: "长", count: 2000)
      return chance.weigh([
        (40, "fix \(count)"),
        (10, "feat \(count): 导出用户反馈\n\nlong text\n"),
        (5, "docs \(count)\r\n\r\nwith line ends of Windows\r\n"),
        (3, "\(count) \(long) the end"),
        (3, "\(count) Array<Int> & a < b *x* _y_ `z` 👨‍👩‍👧"),
        (2, "\(count) <@all> <font color=\"warning\">x</font>"),
        (2, "\(count) [link](http://evil.example/) \u{202E}abc"),
        (1, "\(count)\ttab"),
      ])
    }
  }

  private func commitCount() -> Int {
    chance.weigh([(60, 1), (25, chance.int(2...5)), (10, chance.int(15...25)), (5, 130)])
  }

  private func anyBranch(of project: Int) -> String {
    chance.pick(scene.sandbox.change { $0.branches(of: project) }) ?? "main"
  }

  private func sideBranch(of project: Int) -> String? {
    chance.pick(scene.sandbox.change { $0.branches(of: project) }.filter { $0 != "main" })
  }

  private func branchName() -> String {
    count += 1
    return (chance.pick(["topic-", "wip/", "feature/x/"]) ?? "topic-") + String(count)
  }

  // MARK: Pushes

  private func push(to project: Int, by user: Int, branch: String) {
    let texts = messages(commitCount())
    let push = scene.sandbox.change { $0.push(texts, to: branch, of: project, by: user) }
    note("\(project): push of \(texts.count) to \(branch), event \(push.events)")
  }

  private func newBranch(in project: Int, by user: Int) {
    let branch = branchName()
    let texts = messages(chance.oneIn(3) ? 0 : commitCount())
    let history = scene.sandbox.change { $0.history(of: "main", in: project, limit: 60) }
    let base: String? =
      switch chance.int(1...4) {
      case 1: chance.pick(history)
      case 2: anyBranch(of: project)
      default: nil
      }
    let push = scene.sandbox.change {
      $0.createBranch(branch, of: project, by: user, from: base, messages: texts)
    }
    note("\(project): \(branch) from \(base ?? "main") with \(texts.count), event \(push.events)")
  }

  private func rewrite(_ project: Int, by user: Int) {
    let branch = anyBranch(of: project)
    let history = scene.sandbox.change { $0.history(of: branch, in: project, limit: 40) }
    guard history.count > 1, let base = chance.pick(Array(history.dropFirst())) else { return }
    let texts = messages(chance.oneIn(2) ? 0 : commitCount())
    scene.sandbox.change {
      _ = $0.forcePush(texts, to: branch, of: project, by: user, from: base)
    }
    note("\(project): \(branch) rewritten with \(texts.count)")
  }

  private func merge(in project: Int, by user: Int) {
    guard let branch = sideBranch(of: project) else { return }
    let target = chance.oneIn(5) ? anyBranch(of: project) : "main"
    guard target != branch else { return }
    scene.sandbox.change { _ = $0.merge(branch, into: target, of: project, by: user) }
    note("\(project): \(branch) merged into \(target)")
  }

  private func deleteBranches(in project: Int, by user: Int) {
    let branches = scene.sandbox.change { $0.branches(of: project) }.filter { $0 != "main" }
    let gone = Array(branches.prefix(chance.int(1...6)))
    guard !gone.isEmpty else { return }
    scene.sandbox.change { _ = $0.deleteBranches(gone, of: project, by: user) }
    note("\(project): deleted \(gone)")
  }

  private func tag(_ project: Int, by user: Int) {
    let old = scene.sandbox.change { $0.tags(of: project) }
    let isHidden = chance.oneIn(2)
    if let tag = old.first, chance.oneIn(3) {
      scene.sandbox.change { _ = $0.deleteTags([tag], of: project, by: user) }
      return note("\(project): tag \(tag) deleted")
    }
    let tags = (1...chance.int(1...6)).map { _ in
      count += 1
      return "v\(count)"
    }
    scene.sandbox.change { world in
      world.hidesEvents = isHidden
      world.createTags(tags, of: project, by: user)
      world.hidesEvents = false
    }
    note("\(project): tags \(tags)")
  }

  private func pushMany(_ project: Int, by user: Int) {
    let old = scene.sandbox.change { $0.branches(of: project) }.filter { $0 != "main" }
    let branches =
      Array(old.prefix(chance.int(0...4))) + (0..<chance.int(1...5)).map { _ in branchName() }
    let text = chance.oneIn(3) ? nil : messages(1).first
    let all = text == nil ? branches.filter { !old.contains($0) } : branches
    scene.sandbox.change { _ = $0.pushTogether(text, to: all, of: project, by: user) }
    note("\(project): together to \(all)")
  }

  private func others(in project: Int, by user: Int) {
    let number = chance.int(1...30)
    scene.sandbox.change { world in
      for index in 0..<number {
        switch index % 3 {
        case 0: world.openIssue("issue", of: project, by: user)
        case 1: world.comment("word", of: project, by: user)
        default: world.join(project, by: user)
        }
      }
    }
    note("\(project): \(number) other events")
  }

  // MARK: Projects and people

  private func rename(_ project: Int) async throws {
    guard try await hasSeen(project) else { return }
    count += 1
    let group = chance.pick(groups) ?? scene.docs
    let isMoved = chance.oneIn(2)
    scene.sandbox.change { world in
      if isMoved { return world.transferProject(project, to: group) }
      world.renameProject(project, path: "renamed-\(count)", name: "改名 \(count)")
    }
    note("\(project): \(isMoved ? "moved to group \(group)" : "renamed")")
  }

  private func block() async throws {
    guard users.count > 1, let user = users.last, try await hasSeen(nil) else { return }
    users.removeLast()
    scene.sandbox.change { $0.block(user) }
    note("user \(user) blocked")
  }
}
