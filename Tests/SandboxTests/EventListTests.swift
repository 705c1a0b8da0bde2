import Sandbox
import Testing

@Suite struct EventListTests {
  @Test func `the page comes first and the visibility filter second`() throws {
    let it = Fixture(commits: ["c1"])
    it.sandbox.change { world in
      for number in 2...5 { world.push("c\(number)", of: it.project, by: it.ann) }
      world.hidesEvents = true
      for number in 6...8 { world.push("c\(number)", of: it.project, by: it.ann) }
      world.hidesEvents = false
    }
    let path = "projects/\(it.project)/events?action=pushed&per_page=3&page="
    #expect(try it.get(path + "1").rows.isEmpty)
    #expect(it.reply(path + "1").header("X-Next-Page") == "2")
    #expect(it.reply(path + "1").header("X-Total") == "8")
    #expect(
      try it.get(path + "2").rows.map { $0["push_data"]["commit_title"].string }
        == ["c5", "c4", "c3"]
    )
    #expect(it.reply(path + "3").header("X-Next-Page") == "")
  }

  @Test func `headers name the configured host whatever host was asked`() {
    let it = Fixture(World.Settings(externalURL: "https://git.example/gitlab"))
    it.sandbox.change { world in
      for number in 1...4 { world.push("c\(number)", of: it.project, by: it.ann) }
    }
    let reply = it.reply("projects/\(it.project)/events?per_page=2&page=2&sort=asc")
    let base = "https://git.example/gitlab/api/v4/projects/1/events?id=1"
    #expect(
      reply.header("Link") == """
        <\(base)&page=1&per_page=2&sort=asc>; rel="prev", \
        <\(base)&page=3&per_page=2&sort=asc>; rel="next", \
        <\(base)&page=1&per_page=2&sort=asc>; rel="first", \
        <\(base)&page=3&per_page=2&sort=asc>; rel="last"
        """
    )
    #expect(reply.header("X-Page") == "2")
    #expect(reply.header("X-Prev-Page") == "1")
    #expect(reply.header("X-Total-Pages") == "3")
    #expect(reply.header("Date") == "Tue, 24 Nov 2026 00:00:00 GMT")
  }

  @Test func `beyond ten thousand rows the counting and the page numbers stop`() throws {
    let it = Fixture(commits: ["c1"])
    it.sandbox.change { world in
      world.settings.recordsPayloads = false
      for _ in 1...10_050 { world.comment("x", of: it.project, by: it.ann) }
    }
    let path = "projects/\(it.project)/events?per_page=100&page="
    #expect(it.reply(path + "1").header("X-Total") == nil)
    #expect(it.reply(path + "1").header("X-Next-Page") == "2")
    #expect(it.reply(path + "101").header("X-Next-Page") == "")
    #expect(try it.get(path + "101").rows.count == 51)
  }

  @Test(
    arguments: [
      ("after=2026-11-22", ["day 3", "day 2"]),
      ("after=2026-11-23", ["day 3"]),
      ("after=2026-11-24", []),
      ("after=2026-11-23T23:00:00Z", ["day 3"]),
      ("before=2026-11-24", ["day 2", "day 1"]),
      ("before=2026-11-22", []),
      ("sort=asc", ["day 1", "day 2", "day 3"]),
    ]
  )
  func `dates exclude their own day`(query: String, titles: [String]) throws {
    let it = Fixture(commits: [])
    let noon = Fixture.start + 43_200_000
    it.clock.set(to: noon)
    it.sandbox.change { world in
      for (offset, title) in ["day 1", "day 2", "day 3"].enumerated() {
        world.at(noon + Int64(offset - 2) * 86_400_000) { world in
          _ = world.push(title, of: it.project, by: it.ann)
        }
      }
    }
    let rows = try it.ofProject("events?action=pushed&" + query).rows
    #expect(rows.map { $0["push_data"]["commit_title"].string } == titles)
  }

  @Test(
    arguments: [
      (20, World.Visibility.private, 200, 2), (10, .private, 200, 1), (0, .private, 404, 0),
      (0, .public, 200, 2), (10, .public, 200, 2),
    ]
  )
  func `push rows are for those who may read the code`(
    level: Int,
    visibility: World.Visibility,
    status: Int,
    rows: Int
  ) throws {
    let it = Fixture()
    it.sandbox.change { world in
      world.openIssue("It breaks", of: it.project, by: it.ann)
      world.setAccessLevel(level, project: it.project)
      world.setVisibility(visibility, project: it.project)
    }
    let answer = try it.ofProject("events", status: status)
    #expect(answer.rows.count == rows)
    if status == 404 { #expect(answer["message"].string == "404 Project Not Found") }
  }

  @Test func `a switched-off repository hides pushes without an error`() throws {
    let it = Fixture()
    it.sandbox.change { $0.setRepositoryEnabled(false, project: it.project) }
    #expect(try it.ofProject("events?action=pushed").rows.isEmpty)
    #expect(it.reply("projects/1/events").header("X-Total") == "1")
    #expect(
      try it.ofProject("repository/branches", status: 403)["message"].string == "403 Forbidden"
    )
  }

  @Test func `rows have the keys of GitLab's`() throws {
    let it = Fixture()
    it.sandbox.change { world in
      world.openIssue("It breaks", of: it.project, by: it.ann)
      world.comment("Indeed", of: it.project, by: it.bob)
    }
    let rows = try it.ofProject("events").rows
    let common: Set = [
      "id", "project_id", "action_name", "target_id", "target_iid", "target_type", "author_id",
      "target_title", "created_at", "author", "author_username", "imported", "imported_from",
    ]
    #expect(rows[0].keys == common.union(["note"]))
    #expect(rows[1].keys == common)
    #expect(rows[2].keys == common.union(["push_data"]))
    #expect(
      rows[2]["push_data"].keys == [
        "commit_count", "action", "ref_type", "commit_from", "commit_to", "ref", "commit_title",
        "ref_count",
      ]
    )
    #expect(
      rows[2]["author"].keys.isSuperset(
        of: ["id", "username", "name", "state", "avatar_url", "web_url"]
      )
    )
    #expect(rows.map { $0["action_name"].string } == ["commented on", "opened", "pushed new"])
  }

  @Test(
    arguments: [
      (0, "2026-11-24T00:00:00.000Z"), (480, "2026-11-24T08:00:00.000+08:00"),
      (-330, "2026-11-23T18:30:00.000-05:30"),
    ]
  )
  func `times are printed in the instance's zone`(offset: Int, text: String) throws {
    var settings = World.Settings()
    settings.utcOffset = offset
    let it = Fixture(settings)
    #expect(try it.ofProject("events")[0]["created_at"].string == text)
  }
}
