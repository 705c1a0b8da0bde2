import Sandbox
import Testing

@Suite struct PushTests {
  @Test func `an update tells the commits between old and new, oldest first`() throws {
    let it = Fixture()
    it.sandbox.change { $0.push(["a", "b", "c"], of: it.project, by: it.bob) }
    let hook = try #require(it.sandbox.webhooks.last)
    #expect(hook.message == "a")
    #expect(hook.username == "bob")
    #expect(hook.branch == "main")
    #expect(hook.projectURL == "http://gitlab.example.internal/docs/manual")
    let payload = try JSONValue(hook.payload)
    #expect(payload["commits"].rows.map { $0["message"].string } == ["a", "b", "c"])
    #expect(payload["total_commits_count"].int == 3)
    #expect(payload["ref"].string == "refs/heads/main")
  }

  @Test(arguments: [1, 2, 19, 20, 21, 99, 130])
  func `the hook carries the newest twenty and counts all`(count: Int) throws {
    let it = Fixture()
    it.sandbox.change { world in
      _ = world.push((1...count).map { "commit \($0)" }, of: it.project, by: it.ann)
    }
    let hook = try #require(it.sandbox.webhooks.last)
    #expect(hook.message == "commit \(max(1, count - 19))")
    let event = try it.ofProject("events?action=pushed&per_page=1")[0]["push_data"]
    #expect(event["commit_count"].int == count)
    #expect(event["commit_title"].string == "commit \(count)")
    let range = "\(event["commit_from"].string ?? "")..\(event["commit_to"].string ?? "")"
    let commits = try it.ofProject("repository/commits?ref_name=\(range)&per_page=20")
    #expect(commits.rows.last?["message"].string == hook.message)
    #expect(commits.rows.count == min(20, count))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let action: String
    let count: Int?
    let message: String?
    let headTitle: String?
    let step: @Sendable (inout World, Int, Int) -> Void

    init(
      _ name: String,
      _ action: String,
      count: Int?,
      message: String?,
      head: String?,
      _ step: @escaping @Sendable (inout World, Int, Int) -> Void
    ) {
      testDescription = name
      self.action = action
      self.count = count
      self.message = message
      headTitle = head
      self.step = step
    }
  }

  static let cases = [
    Case("a branch with own commits", "created", count: 2, message: "x", head: "y") {
      $0.createBranch("topic", of: $1, by: $2, messages: ["x", "y"])
    },
    Case("a branch without own commits", "created", count: 0, message: nil, head: "second") {
      $0.createBranch("topic", of: $1, by: $2)
    },
    Case("an old branch after main moved", "created", count: 1, message: "own", head: "own") {
      let base = $0.head(of: "main", in: $1)
      $0.push("later", of: $1, by: $2)
      $0.createBranch("topic", of: $1, by: $2, from: base, messages: ["own"])
    },
    Case("a reset to an ancestor", "pushed", count: 0, message: nil, head: "first") {
      let ancestor = $0.history(of: "main", in: $1).last ?? ""
      $0.reset("main", to: ancestor, of: $1, by: $2)
    },
    Case("a force push", "pushed", count: 1, message: "instead", head: "instead") {
      let ancestor = $0.history(of: "main", in: $1).last ?? ""
      $0.forcePush(["instead"], to: "main", of: $1, by: $2, from: ancestor)
    },
    Case("a merge of two commits", "pushed", count: 3, message: "x", head: "Merge it") {
      $0.createBranch("topic", of: $1, by: $2, messages: ["x", "y"])
      $0.merge("topic", of: $1, by: $2, message: "Merge it\n\nwith words")
    },
    Case("a branch of what is merged", "created", count: 0, message: nil, head: "x") {
      $0.createBranch("topic", of: $1, by: $2, messages: ["x"])
      $0.merge("topic", of: $1, by: $2)
      $0.createBranch("again", of: $1, by: $2, from: "topic")
    },
    Case("a deleted branch", "removed", count: 0, message: nil, head: nil) {
      $0.createBranch("topic", of: $1, by: $2)
      $0.deleteBranch("topic", of: $1, by: $2)
    },
  ]

  @Test(arguments: cases)
  func `every kind of push has its event and its hook`(sample: Case) throws {
    let it = Fixture()
    it.sandbox.change { sample.step(&$0, it.project, it.bob) }
    let data = try it.ofProject("events?action=pushed&per_page=1")[0]["push_data"]
    #expect(data["action"].string == sample.action)
    #expect(data["commit_count"].int == sample.count)
    let hook = try #require(it.sandbox.webhooks.last)
    #expect(hook.action == sample.action)
    #expect(hook.message == sample.message)
    #expect(hook.headTitle == sample.headTitle)
    #expect(hook.rowID == (try it.ofProject("events?per_page=1")[0]["id"].int))
  }

  @Test func `the first push to a project tells its whole history`() throws {
    let it = Fixture(commits: ["one", "two", "three"])
    #expect(it.sandbox.webhooks.map(\.message) == ["one"])
    #expect(try it.get("projects/\(it.project)")["default_branch"].string == "main")
  }

  @Test(arguments: [3, 4])
  func `more than three refs of a kind become one bulk row and no hook`(count: Int) throws {
    let it = Fixture()
    let before = it.sandbox.webhooks.count
    let branches = (1...count).map { "b\($0)" }
    it.sandbox.change { _ = $0.pushTogether("many", to: branches, of: it.project, by: it.ann) }
    let events = try it.ofProject("events?action=pushed")
    let isBulk = count > 3
    #expect(it.sandbox.webhooks.count - before == (isBulk ? 0 : count))
    #expect(events.rows.count == 1 + (isBulk ? 1 : count))
    #expect(events[0]["push_data"]["ref_count"].int == (isBulk ? count : nil))
    #expect(events[0]["push_data"]["ref"].string == (isBulk ? nil : "b\(count)"))
  }

  @Test func `limits set apart give rows without hooks and hooks without rows`() throws {
    var settings = World.Settings()
    settings.eventActivitiesLimit = 1
    settings.eventHooksLimit = 2
    let it = Fixture(settings)
    it.sandbox.change { _ = $0.pushTogether("m", to: ["a", "b"], of: it.project, by: it.ann) }
    #expect(it.sandbox.webhooks.suffix(2).map(\.rowID) == [nil, nil])
    #expect(try it.ofProject("events?per_page=1")[0]["push_data"]["ref_count"].int == 2)
  }

  @Test func `tags have events but no push hook`() throws {
    let it = Fixture()
    it.sandbox.change { _ = $0.createTags(["v1"], of: it.project, by: it.ann) }
    let data = try it.ofProject("events?per_page=1")[0]["push_data"]
    #expect(data["ref_type"].string == "tag")
    #expect(data["commit_count"].int == 1)
    #expect(it.sandbox.webhooks.count == 1)
  }

  @Test func `a worker that is retried doubles row and hook`() throws {
    let it = Fixture()
    let id = it.sandbox.change { $0.duplicateLastPush(of: it.project) }
    let rows = try it.ofProject("events").rows
    #expect(rows.count == 2)
    #expect(rows[0]["push_data"] == rows[1]["push_data"])
    #expect(it.sandbox.webhooks.last?.rowID == id)
    #expect(it.sandbox.webhooks.map(\.isDuplicate) == [false, true])
  }

  @Test func `what is imported has neither events nor hooks`() throws {
    let it = Fixture()
    it.sandbox.change { world in
      world.isImporting = true
      world.push("old", of: it.project, by: it.ann)
      world.isImporting = false
    }
    #expect(it.sandbox.webhooks.count == 1)
    #expect(try it.ofProject("events").rows.count == 1)
  }
}
