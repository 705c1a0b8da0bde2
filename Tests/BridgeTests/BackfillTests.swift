import Configuration
import Sandbox
import TestSupport
import Testing

@testable import Bridge

@Suite(.temporaryFolder) struct BackfillTests {
  private static let day: Int64 = 86_400_000

  private func request(
    _ scene: BridgeScene,
    since days: Int64 = 30,
    projects: [String] = [],
    isForced: Bool = false,
    isDryRun: Bool = false
  ) -> BackfillRequest {
    let now = scene.clock.wallMilliseconds()
    return BackfillRequest(
      since: now - days * Self.day,
      until: now + Self.day,
      projects: projects,
      isForced: isForced,
      isDryRun: isDryRun
    )
  }

  @Test func `what happened before the watch is told once`() async {
    let scene = BridgeScene()
    scene.failBuild()
    _ = await scene.bridge().run()
    scene.push("while watched")
    _ = await scene.bridge().run()
    #expect(scene.told == ["while watched"])

    let report = await scene.bridge().backfill(request(scene))
    #expect(report.exitCode == .ok)
    #expect(report.sayings.isEmpty)
    #expect(scene.told == ["while watched", "before the watch", "build: before the watch"])

    let again = await scene.bridge().backfill(request(scene))
    #expect(again.messages.isEmpty)
    #expect(scene.told.count == 3)
  }

  @Test func `what the next pass would tell is not told twice`() async {
    let scene = BridgeScene()
    _ = await scene.bridge().run()
    scene.push("news")
    scene.failBuild()
    _ = await scene.bridge().backfill(request(scene))
    _ = await scene.bridge().run()
    #expect(scene.told.sorted() == ["before the watch", "build: news", "news"])
  }

  @Test func `what was too old is told, and counted no longer as too old`() async throws {
    var scene = BridgeScene()
    scene.configuration.backfill.maxAge = .seconds(86_400)
    _ = await scene.bridge().run()
    scene.push("old news")
    let late = await scene.bridge(after: 3 * Self.day).run()
    #expect(late.tooOld == 1)
    #expect(scene.told.isEmpty)
    _ = await scene.bridge().backfill(request(scene, since: 4))
    #expect(scene.told == ["before the watch", "old news"])
    let bot = try #require(try scene.bridge().peek().bots["docs"])
    #expect(bot.tally == Tally(found: 2, posted: 2))
    #expect(bot.isBalanced)
  }

  @Test func `what WeCom refused for good is told, and kept aside no longer`() async throws {
    let scene = BridgeScene()
    _ = await scene.bridge().run()
    scene.push("refused")
    scene.sandbox.add(Fault(.errcode(40058, "exceed max length 4096"), at: [.wecomSend]))
    _ = await scene.bridge().run()
    #expect(try scene.bridge().peek().bots["docs"]?.kept.count == 1)
    scene.sandbox.clearFaults()
    _ = await scene.bridge().backfill(request(scene, since: 1))
    #expect(scene.told == ["before the watch", "refused"])
    let bot = try #require(try scene.bridge().peek().bots["docs"])
    #expect(bot.kept.isEmpty)
    #expect(bot.isBalanced)
  }

  @Test func `force tells all of the span again`() async {
    let scene = BridgeScene()
    _ = await scene.bridge().run()
    scene.push("news")
    _ = await scene.bridge().run()
    _ = await scene.bridge().backfill(request(scene, isForced: true))
    #expect(scene.told == ["news", "before the watch", "news"])
    #expect(await scene.bridge().run().exitCode == .ok)
  }

  @Test func `a dry run tells the caller and changes nothing`() async throws {
    let scene = BridgeScene()
    _ = await scene.bridge().run()
    let before = try scene.bridge().peek()
    let report = await scene.bridge().backfill(request(scene, isDryRun: true))
    #expect(report.messages.map(\.bot) == ["docs"])
    #expect(scene.told.isEmpty)
    #expect(try scene.bridge().peek() == before)
  }

  @Test func `a span is taken at its word, and a project by its path or id`() async {
    let scene = BridgeScene()
    let other = scene.sandbox.change { world in
      let other = world.addProject("site", in: scene.docs)
      world.push("of the site", of: other, by: scene.ann)
      return other
    }
    _ = await scene.bridge().run()
    let now = scene.clock.wallMilliseconds()
    let empty = await scene.bridge().backfill(BackfillRequest(since: now, until: now + 1))
    #expect(empty.news == 0)
    let byPath = await scene.bridge().backfill(request(scene, projects: ["Docs/Site"]))
    #expect(byPath.messages.count == 1)
    #expect(scene.told == ["of the site"])
    let byID = await scene.bridge().backfill(
      request(scene, projects: [String(other)], isForced: true)
    )
    #expect(byID.messages.count == 1)
    let unknown = await scene.bridge().backfill(request(scene, projects: ["docs/nothing"]))
    #expect(unknown.exitCode == .failed)
    #expect(
      unknown.sayings.map(\.text) == ["no route watches \"docs/nothing\"; check the path"]
    )
  }

  @Test func `more than digest_above are told as digests, each message once`() async throws {
    let scene = BridgeScene()
    for number in 1...60 {
      scene.push("commit \(number)")
    }
    _ = await scene.bridge().run()
    _ = await scene.bridge().backfill(request(scene))
    #expect(Set(scene.told) == ["digest"])
    let lines = scene.sandbox.messages().joined().split(separator: "\n").filter {
      $0.hasPrefix("> ")
    }
    #expect(lines.count == 61)
    let bot = try #require(try scene.bridge().peek().bots["docs"])
    #expect(bot.tally == Tally(found: 61, inDigests: 61))
  }
}
