import Sandbox
import Testing

@Suite struct ListTests {
  private typealias Plan = World.JobPlan

  private func manyJobs(_ it: Fixture, _ count: Int) -> [Int] {
    it.sandbox.change { world in
      let pipeline = world.startPipeline(
        of: it.project,
        by: it.ann,
        jobs: (1...count).map { Plan("job \($0)") }
      )
      for job in pipeline.jobs { world.fail(job) }
      return pipeline.jobs
    }
  }

  @Test func `jobs are paged by offset without a count`() throws {
    let it = Fixture()
    let jobs = manyJobs(it, 5)
    let path = "projects/1/jobs?scope[]=failed&per_page=2&page="
    #expect(try it.get(path + "2").rows.compactMap { $0["id"].int } == [jobs[2], jobs[1]])
    #expect(it.reply(path + "2").header("X-Total") == nil)
    #expect(it.reply(path + "2").header("X-Next-Page") == "3")
    #expect(it.reply(path + "2").header("Link")?.contains("last") == false)
    #expect(it.reply(path + "3").header("X-Next-Page") == "")
  }

  @Test func `jobs are paged by keyset through an opaque cursor`() throws {
    let it = Fixture()
    let jobs = manyJobs(it, 5)
    var path = "projects/1/jobs?pagination=keyset&per_page=2&scope[]=failed"
    var found: [Int] = []
    while true {
      let reply = it.reply(path)
      found += try JSONValue(reply.body).rows.compactMap { $0["id"].int }
      #expect(reply.header("X-Page") == nil)
      guard let link = reply.header("Link") else { break }
      let target = link.dropFirst().prefix { $0 != ">" }
      path = String(target.dropFirst("http://gitlab.example.internal/api/v4/".count))
    }
    #expect(found == jobs.reversed())
    it.sandbox.change { $0.settings.version = "15.8.0" }
    #expect(it.reply("projects/1/jobs?pagination=keyset").status == 405)
  }

  @Test func `offset paging ends at the limit where keyset exists`() {
    var settings = World.Settings()
    settings.offsetLimit = 200
    let it = Fixture(settings)
    #expect(it.reply("projects/1/jobs?per_page=100&page=2").status == 200)
    #expect(it.reply("projects/1/jobs?per_page=100&page=3").status == 405)
    #expect(it.reply("projects?per_page=100&page=3").status == 405)
    #expect(it.reply("projects/1/events?per_page=100&page=3").status == 200)
  }

  @Test func `the jobs endpoint has a limit over all projects, in JSON and without Retry-After`() {
    var settings = World.Settings()
    settings.jobsPerMinute = 3
    let it = Fixture(settings)
    let statuses = (1...4).map { _ in it.reply("projects/1/jobs").status }
    #expect(statuses == [200, 200, 200, 429])
    let reply = it.reply("projects/1/jobs")
    #expect(
      String(decoding: reply.body, as: UTF8.self)
        == #"{"message":{"error":"This endpoint has been requested too many times. Try again later."}}"#
    )
    #expect(reply.header("Retry-After") == nil)
    #expect(it.reply("projects/1/pipelines").status == 200)
    it.clock.advance(by: 60_000)
    #expect(it.reply("projects/1/jobs").status == 200)
  }

  @Test func `the throttle answers in plain text with its headers`() {
    var settings = World.Settings()
    settings.throttleLimit = 2
    let it = Fixture(settings)
    it.clock.advance(by: 600_000)
    _ = (it.reply("version"), it.reply("version"))
    let reply = it.reply("version")
    #expect(reply.status == 429)
    #expect(String(decoding: reply.body, as: UTF8.self) == "Retry later\n")
    #expect(reply.header("Content-Type") == "text/plain")
    #expect(reply.header("Retry-After") == "3000")
    #expect(reply.header("RateLimit-Remaining") == "0")
    #expect(reply.header("RateLimit-ResetTime") == "Tue, 24 Nov 2026 01:00:00 GMT")
  }

  @Test func `newer versions say with every answer what the throttle leaves`() {
    var settings = World.Settings()
    settings.throttleLimit = 120
    #expect(Fixture(settings).reply("version").header("RateLimit-Remaining") == nil)
    settings.announcesThrottle = true
    let it = Fixture(settings)
    _ = it.reply("version")
    let reply = it.reply("projects/1/events")
    #expect(reply.status == 200)
    #expect(reply.header("RateLimit-Name") == "throttle_authenticated_api")
    #expect(reply.header("RateLimit-Limit") == "2")
    #expect(reply.header("RateLimit-Remaining") == "118")
    #expect(reply.header("RateLimit-Reset") == "1795482000")
    #expect(reply.header("Retry-After") == nil)
  }

  @Test(
    arguments: [
      ("", [3, 2, 1]), ("sort=asc", [1, 2, 3]), ("status=failed", [1]),
      ("source=schedule", [2]), ("scope=finished", [1]), ("ref=main", [3, 2, 1]),
      ("updated_after=2026-11-24T00:00:01.000Z", [3, 2]),
      ("updated_after=2026-11-24T08:00:01.001%2B08:00", [3]),
      ("updated_before=2026-11-24T00:00:01.000Z", [2, 1]),
      ("order_by=updated_at&sort=asc&updated_after=2026-11-24T00:00:00Z", [1, 2, 3]),
      ("per_page=2&page=2", [1]), ("username=bob", [3]),
    ]
  )
  func `pipelines are filtered, both ends inclusive`(query: String, order: [Int]) throws {
    let it = Fixture()
    it.sandbox.change { world in
      let first = world.startPipeline(of: it.project, by: it.ann, jobs: [Plan("unit")])
      world.fail(first.jobs[0])
    }
    it.clock.advance(by: 1000)
    it.sandbox.change { world in
      _ = world.startPipeline(of: it.project, by: it.ann, source: "schedule", jobs: [Plan("unit")])
    }
    it.clock.advance(by: 1000)
    it.sandbox.change { world in
      _ = world.startPipeline(of: it.project, by: it.bob, jobs: [Plan("unit")])
    }
    #expect(try it.ofProject("pipelines?" + query).rows.compactMap { $0["id"].int } == order)
  }

  private func manyProjects(_ settings: World.Settings = World.Settings()) -> Fixture {
    let it = Fixture(settings, commits: [])
    it.sandbox.change { world in
      let sub = world.addGroup("sub", in: it.group)
      let other = world.addGroup("other")
      world.addProject("a", in: sub, accessLevel: 10)
      world.addProject("b", in: other)
      world.setArchived(true, project: world.addProject("c", in: it.group))
      world.addProject("d", in: it.group, visibility: .public, accessLevel: 0)
      world.addProject("e", in: it.group, accessLevel: 0)
      world.addProject("f", ofUser: it.ann)
    }
    return it
  }

  @Test(
    arguments: [
      ("projects", [7, 5, 4, 3, 2, 1]),
      ("projects?membership=true", [7, 4, 3, 2, 1]),
      ("projects?membership=true&archived=false&min_access_level=20", [7, 3, 1]),
      ("projects?membership=true&order_by=id&sort=asc&pagination=keyset&id_after=2", [3, 4, 7]),
      ("projects?search=man", [1]),
      ("projects?search=other&search_namespaces=true", [3]),
      ("groups/docs/projects", [5, 4, 1]),
      ("groups/docs/projects?include_subgroups=true&archived=false", [5, 2, 1]),
      ("groups/docs%2Fsub/projects", [2]),
      ("users/ann/projects", [7]),
    ]
  )
  func `projects are listed by membership, group and state`(path: String, ids: [Int]) throws {
    #expect(try manyProjects().get(path).rows.compactMap { $0["id"].int } == ids)
  }

  @Test func `keyset pages of projects end without a link`() throws {
    let it = manyProjects()
    let path = "projects?order_by=id&sort=asc&pagination=keyset&per_page=2&id_after="
    let reply = it.reply(path + "0")
    #expect(
      reply.header("Link") == """
        <http://gitlab.example.internal/api/v4/projects?id_after=2&order_by=id\
        &pagination=keyset&per_page=2&sort=asc>; rel="next"
        """
    )
    #expect(try it.get(path + "5").rows.count == 1)
    #expect(it.reply(path + "5").header("Link") == nil)
  }

  @Test func `the last activity is up to an hour stale`() throws {
    let it = Fixture(commits: [])
    let activity = { try it.get("projects/1")["last_activity_at"].string }
    it.clock.advance(by: 3_600_000)
    it.sandbox.change { _ = $0.push("within the hour", of: it.project, by: it.ann) }
    #expect(try activity() == "2026-11-24T00:00:00.000Z")
    it.clock.advance(by: 1)
    it.sandbox.change { _ = $0.push("after it", of: it.project, by: it.ann) }
    #expect(try activity() == "2026-11-24T01:00:00.001Z")
    #expect(try it.get("projects?last_activity_after=2026-11-24T01:00:00.001Z").rows.isEmpty)
    #expect(try it.get("projects?last_activity_after=2026-11-24T01:00:00Z").rows.count == 1)
  }

  @Test func `a renamed group renames all within, and ids stay`() throws {
    let it = manyProjects()
    it.sandbox.change { $0.renameGroup(it.group, path: "papers") }
    #expect(try it.get("projects/2")["path_with_namespace"].string == "papers/sub/a")
    #expect(it.reply("projects/docs%2Fmanual").status == 301)
    #expect(try it.get("groups/papers%2Fsub")["parent_id"].int == it.group)
  }

  @Test func `a restored backup gives the same ids again`() throws {
    let it = Fixture()
    let backup = it.sandbox.backup()
    let lost = it.sandbox.change { $0.push("lost", of: it.project, by: it.ann) }
    it.sandbox.restore(backup)
    let again = it.sandbox.change { $0.push("again", of: it.project, by: it.ann) }
    #expect(lost.events == again.events)
    #expect(try it.ofProject("events").rows.count == 2)
    #expect(it.sandbox.webhooks.map(\.message) == ["first", "lost", "again"])
  }

  @Test func `ten thousand projects are listed in a hundred requests`() throws {
    let it = Fixture(commits: [])
    it.sandbox.change { world in
      for number in 2...10_000 { world.addProject("p\(number)", in: it.group) }
    }
    var after: Substring = "0"
    for request in 1...100 {
      let link = it.reply(
        "projects?membership=true&simple=true&order_by=id&sort=asc&pagination=keyset"
          + "&per_page=100&id_after=\(after)"
      ).header("Link")
      #expect((link == nil) == (request == 100))
      after = link?.split(separator: "id_after=").last?.prefix { $0 != "&" } ?? after
    }
    #expect(after == "9900")
    #expect(it.sandbox.log.counts == [.projects: 100])
  }
}
