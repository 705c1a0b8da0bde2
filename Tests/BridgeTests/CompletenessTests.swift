import HTTP
import Sandbox
import Synchronization
import TestSupport
import Testing

@testable import Bridge

/// Listings that move while they are read, are long, or break off: what is told, and in which order.
@Suite struct CompletenessTests {
  /// Lets something happen before a certain request of a kind is answered.
  private final class Interruption: Transport {
    private let next: any Transport
    private let text: String
    private let body: @Sendable () -> Void
    private let left: Mutex<Int>

    /// - `number`: Which of the requests whose address holds the text, from 1.
    init(
      _ next: any Transport,
      before number: Int,
      of text: String,
      _ body: @escaping @Sendable () -> Void
    ) {
      self.next = next
      self.text = text
      self.body = body
      left = Mutex(number)
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      if request.url.contains(text) {
        let isNow = left.withLock { left in
          left -= 1
          return left == 0
        }
        if isNow { body() }
      }
      return try await next.send(request)
    }
  }

  private func begun() async throws -> PassScene {
    let scene = PassScene()
    scene.settings.concurrency = 1
    scene.settings.deadlineMilliseconds = nil
    scene.messagesPerMinute = 100_000
    scene.sandbox.change { $0.settings.messagesPerMinute = 1_000_000 }
    scene.clock.advance(milliseconds: 2000)
    try await scene.pass()
    return scene
  }

  /// Runs a pipeline whose jobs fail after so many milliseconds each, in the order of their ids.
  private func fail(after times: [Int64], in scene: PassScene) -> [Int] {
    let jobs = scene.sandbox.change { world in
      let plan = times.indices.map { World.JobPlan("job-\($0)") }
      let jobs = world.startPipeline(of: scene.project, by: scene.ann, jobs: plan).jobs
      for job in jobs { world.start(job) }
      return jobs
    }
    var now: Int64 = 0
    for (time, job) in zip(times, jobs).sorted(by: { ($0.0, -$0.1) < ($1.0, -$1.1) }) {
      scene.clock.advance(milliseconds: time - now)
      now = time
      scene.sandbox.change { _ = $0.fail(job) }
    }
    return jobs
  }

  private func found(_ scene: PassScene) -> [Int] {
    scene.log.found.map { Int($0.id) }
  }

  @Test func `builds are told by the time they failed, and by id where that is the same`()
    async throws
  {
    let scene = try await begun()
    let jobs = fail(after: [3000, 1000, 2000, 2000, 500], in: scene)
    try await scene.pass()
    #expect(found(scene) == [4, 1, 2, 3, 0].map { jobs[$0] })
  }

  @Test func `a pipeline of more failed jobs than a page holds is told whole`() async throws {
    let scene = try await begun()
    let jobs = fail(after: (1...230).map { Int64($0) }, in: scene)
    try await scene.pass()
    #expect(found(scene) == jobs)
    try await scene.pass()
    #expect(scene.told.count == jobs.count)
  }

  @Test func `builds found before a reading broke off are told with the rest, each once`()
    async throws
  {
    let scene = try await begun()
    var jobs = fail(after: [1000, 2000], in: scene)
    jobs += fail(after: [1000], in: scene)
    scene.sandbox.add(
      Fault(.answer(SandboxReply(status: 500)), at: [.pipelineJobs], skips: 1, times: 6)
    )
    for _ in 1...2 {
      #expect(try await scene.pass().exitCode == .failed)
      #expect(found(scene) == [])
    }
    #expect(try await scene.pass().exitCode == .ok)
    #expect(found(scene) == jobs)
    try await scene.pass()
    #expect(scene.told.count == 3)
  }

  @Test func `a job that is repeated by itself is told, though its repeat succeeds`() async throws {
    let scene = try await begun()
    let job = scene.sandbox.change { world in
      let job = world.startPipeline(of: scene.project, by: scene.ann, jobs: [.init("unit")]).jobs[0]
      world.start(job)
      if let again = world.fail(job, retries: true) {
        world.start(again)
        world.succeed(again)
      }
      return job
    }
    try await scene.pass()
    #expect(found(scene) == [job])
  }

  @Test func `jobs that end because their user is blocked are not told, those of others are`()
    async throws
  {
    let scene = try await begun()
    let told = scene.sandbox.change { world in
      let bob = world.addUser("bob")
      let plan = [World.JobPlan("unit"), World.JobPlan("lint")]
      let ofBob = world.startPipeline(of: scene.project, by: bob, jobs: plan).jobs
      let ofAnn = world.startPipeline(of: scene.project, by: scene.ann, jobs: plan).jobs
      for job in ofBob + ofAnn { world.start(job) }
      world.block(bob)
      for job in ofAnn { world.fail(job) }
      return ofAnn
    }
    try await scene.pass()
    #expect(found(scene) == told)
  }

  @Test func `70 a pipeline that moves between two pages hides none behind it`() async throws {
    let scene = try await begun()
    var pipelines: [(id: Int, jobs: [Int])] = []
    for number in 1...140 {
      // Far enough apart that no later pass would look at it again.
      scene.clock.advance(milliseconds: 30_000)
      pipelines.append(
        scene.sandbox.change { world in
          let made = world.startPipeline(of: scene.project, by: scene.ann, jobs: [.init("unit")])
          world.start(made.jobs[0])
          if number == 101 { world.fail(made.jobs[0]) } else { world.succeed(made.jobs[0]) }
          return (made.id, made.jobs)
        }
      )
    }
    let (sandbox, first, ann) = (scene.sandbox, pipelines[0].jobs[0], scene.ann)
    scene.detour = Interruption(scene.transport, before: 2, of: "/pipelines?updated_after") {
      sandbox.change { world in
        let job = world.retry(first, by: ann)
        world.start(job)
        world.succeed(job)
      }
    }
    try await scene.pass()
    try await scene.pass()
    #expect(found(scene) == pipelines[100].jobs)
  }

  @Test func `70 a push that steps up while pages are read, because one above it went, is told`()
    async throws
  {
    let scene = try await begun()
    let list = ManualList()
    scene.sandbox.add(Fault(.custom { list.answer($0) }, at: [.events]))
    try await scene.pass()
    #expect(found(scene) == [1150])
  }
}

/// A listing of events, newest first: tags but for the 101st row, which is a push to a branch.
///
/// After its first full page a row of that page vanishes, so that the push steps up onto it.
private final class ManualList: Sendable {
  private let ids = Mutex(Array((1001...1250).reversed()))

  func answer(_ request: SandboxRequest) -> SandboxReply {
    let query = request.target.split(separator: "?").last?.split(separator: "&") ?? []
    func number(_ name: String) -> Int? {
      query.first { $0.hasPrefix(name + "=") }.flatMap { Int($0.dropFirst(name.count + 1)) }
    }
    let size = number("per_page") ?? 20
    let page = number("page") ?? 1
    let (all, total) = ids.withLock { ids in
      defer { if size == 100, ids.count == 250 { ids.remove(at: 50) } }
      return (ids, ids.count)
    }
    let rows = all.dropFirst((page - 1) * size).prefix(size)
    let next = page * size < total ? String(page + 1) : ""
    let body = rows.map { id in
      """
      {"id":\(id),"created_at":"2026-11-24T00:01:30Z","author_username":"ann","push_data":\
      {"commit_count":0,"action":"created","ref_type":"\(id == 1150 ? "branch" : "tag")",\
      "commit_to":"aa","ref":"x","commit_title":"stepped up"}}
      """
    }
    return SandboxReply(
      headers: [
        SandboxRequest.Header("Content-Type", "application/json"),
        SandboxRequest.Header("X-Total", String(total)),
        SandboxRequest.Header("X-Next-Page", next),
      ],
      body: Array("[\(body.joined(separator: ","))]".utf8)
    )
  }
}
