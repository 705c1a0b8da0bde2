import Sandbox
import SweepSupport
import TestSupport
import Testing

@testable import Bridge

/// What a weekend without the bridge leaves to be told.
@Suite struct WeekendTests {
  @Test(arguments: [1, 10, 40])
  func `94 500 pushes are told within three minutes, each in one line or message`(
    _ projects: Int
  ) async throws {
    let scene = SweepScene(projects: projects)
    await scene.pass()
    scene.mark = scene.sandbox.webhooks.last?.sequence ?? 0
    let hour: Int64 = 3_600_000
    for number in 0..<500 {
      scene.clock.advance(milliseconds: 60 * hour / 500)
      scene.push(number)
      if number % 50 == 0 { scene.breakBuild(number) }
    }
    let monday = scene.clock.wallMilliseconds()
    var passes = 0
    var verdict = scene.judge()
    while passes < 5, !verdict.missing.isEmpty {
      let start = scene.clock.wallMilliseconds()
      await scene.pass(after: 0)
      passes += 1
      verdict = scene.judge()
      let rest = start + 60_000 - scene.clock.wallMilliseconds()
      if !verdict.missing.isEmpty, rest > 0 { scene.clock.advance(milliseconds: rest) }
    }
    #expect(verdict.isClean && verdict.doubles == 0, "\(verdict.problems) \(verdict.missing.count)")
    let took = scene.clock.wallMilliseconds() - monday
    #expect(took <= 180_000, "\(took) ms in \(passes) passes")
    // WeCom refuses what comes faster than its limit.
    let refused = scene.sandbox.received.filter { !$0.isAccepted || $0.content.utf8.count > 4096 }
    #expect(refused.isEmpty)
  }
}
