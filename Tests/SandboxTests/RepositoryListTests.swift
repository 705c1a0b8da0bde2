import Sandbox
import Testing

@Suite struct RepositoryListTests {
  /// Returns the parents of every commit, read through the API.
  private func parents(_ it: Fixture) throws -> [String: [String]] {
    var result: [String: [String]] = [:]
    for branch in try it.ofProject("repository/branches?per_page=100").rows {
      var page = 1
      while true {
        let name = branch["name"].string ?? ""
        let path = "projects/1/repository/commits?ref_name=\(name)&per_page=100&page=\(page)"
        let reply = it.reply(path)
        for commit in try JSONValue(reply.body).rows {
          result[commit["id"].string ?? ""] = commit["parent_ids"].rows.compactMap(\.string)
        }
        guard let next = reply.header("X-Next-Page").flatMap({ Int($0) }) else { break }
        page = next
      }
    }
    return result
  }

  private func ancestors(_ sha: String, _ parents: [String: [String]]) -> Set<String> {
    var found: Set<String> = []
    var waiting = [sha]
    while let next = waiting.popLast() {
      if found.insert(next).inserted { waiting += parents[next] ?? [] }
    }
    return found
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `a range is what one commit reaches and the other does not`(seed: UInt64) throws {
    let it = Fixture()
    var random = RandomSource(seed: seed)
    it.sandbox.change { world in
      for step in 0..<80 {
        world.now += Int64.random(in: 0...3000, using: &random)
        let branches = world.branches(of: it.project)
        let branch = branches.randomElement(using: &random) ?? "main"
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
          world.createBranch("b\(step)", of: it.project, by: it.ann, from: branch)
        case 1:
          let other = branches.randomElement(using: &random) ?? "main"
          world.merge(other, into: branch, of: it.project, by: it.bob)
        default:
          world.push(["s\(step)"], to: branch, of: it.project, by: it.ann)
        }
      }
    }
    let graph = try parents(it)
    let heads = try it.ofProject("repository/branches?per_page=100").rows
      .compactMap { $0["commit"]["id"].string }
    let shas = graph.keys.sorted()
    for _ in 0..<40 {
      let from = try #require(shas.randomElement(using: &random))
      let to = try #require(heads.randomElement(using: &random))
      let expected = ancestors(to, graph).subtracting(ancestors(from, graph))
      let compared = try it.ofProject("repository/compare?from=\(from)&to=\(to)")
      let oldestFirst = compared["commits"].rows.compactMap { $0["id"].string }
      #expect(Set(oldestFirst) == expected)
      let path = "repository/commits?ref_name=\(from)..\(to)&per_page=100"
      let newestFirst = try it.ofProject(path).rows.compactMap { $0["id"].string }
      #expect(newestFirst == oldestFirst.reversed().prefix(100).map { $0 })
      for (place, sha) in oldestFirst.enumerated() {
        let later = Set(oldestFirst[(place + 1)...])
        #expect(later.isDisjoint(with: graph[sha] ?? []), "a child before its parent")
      }
    }
  }

  @Test func `a commit has its status, its pipeline and its project`() throws {
    let it = Fixture()
    let sha = try #require(it.sandbox.change { $0.head(of: "main", in: it.project) })
    let bare = try it.ofProject("repository/commits/\(sha)")
    #expect(bare["last_pipeline"] == .null)
    #expect(bare["project_id"].int == it.project)
    #expect(bare["stats"].keys == ["additions", "deletions", "total"])
    it.sandbox.change { world in
      _ = world.startPipeline(of: it.project, by: it.ann, jobs: [World.JobPlan("unit")])
    }
    #expect(try it.ofProject("repository/commits/\(sha.prefix(8))")["status"].string == "pending")
    #expect(try it.ofProject("repository/commits/main?stats=false")["stats"] == .null)
  }

  @Test func `a branch with a slash is asked for encoded`() throws {
    let it = Fixture()
    it.sandbox.change { _ = $0.createBranch("fix/a b", of: it.project, by: it.ann) }
    let branch = try it.ofProject("repository/branches/fix%2Fa%20b")
    #expect(branch["name"].string == "fix/a b")
    #expect(branch["merged"] == .bool(true))
    #expect(branch["default"] == .bool(false))
    #expect(
      branch.keys == [
        "name", "commit", "merged", "protected", "developers_can_push", "developers_can_merge",
        "can_push", "default", "web_url",
      ]
    )
  }

  @Test(arguments: [false, true])
  func `a range of a pruned commit is empty or 404`(isRefused: Bool) throws {
    var settings = World.Settings()
    settings.refusesUnknownRanges = isRefused
    let it = Fixture(settings)
    let (old, new) = it.sandbox.change { world in
      let old = world.push("gone", of: it.project, by: it.ann).head ?? ""
      let base = world.history(of: "main", in: it.project).last ?? ""
      let new = world.forcePush(["kept"], to: "main", of: it.project, by: it.ann, from: base)
      return (old, new.head ?? "")
    }
    let path = "repository/commits?ref_name=\(old)..\(new)"
    #expect(try it.ofProject(path).rows.map { $0["message"].string } == ["kept"])
    it.sandbox.change { $0.prune(it.project) }
    let reply = it.reply("projects/1/" + path)
    #expect(reply.status == (isRefused ? 404 : 200))
    if !isRefused { #expect(try JSONValue(reply.body) == .array([])) }
    #expect(it.reply("projects/1/repository/compare?from=\(old)&to=\(new)").status == 404)
  }

  @Test func `equal ends compare as the same`() throws {
    let it = Fixture()
    let answer = try it.ofProject("repository/compare?from=main&to=main")
    #expect(answer["compare_same_ref"] == .bool(true))
    #expect(answer["commit"] == .null)
    #expect(answer["commits"].rows.isEmpty)
  }
}
