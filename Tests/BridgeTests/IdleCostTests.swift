import Changes
import Sandbox
import TestSupport
import Testing

@testable import Bridge

/// What passes ask of a GitLab in which nothing happens.
@Suite struct IdleCostTests {
  /// Plays the decisions of idle passes: counts alone, without a GitLab.
  ///
  /// The first hour of a watch is left out; every count is the mean of a quarter of an hour.
  private func idleMean(projects count: Int) -> Double {
    var requests = 0
    let start: Int64 = 1_795_478_400_000
    for minute in Int64(1)...15 {
      let schedule = Schedule(
        now: Timestamp(milliseconds: start + minute * 60_000),
        sweptTo: Timestamp(milliseconds: start + (minute - 1) * 60_000),
        projects: count
      )
      requests += 1
      for id in 1...count {
        if schedule.isPushTurn(id) { requests += 1 }
        if schedule.isBuildTurn(id) { requests += 1 }
      }
    }
    // Which projects there are is asked anew every ten minutes, a hundred of them a page.
    requests += 2 * (count / 100 + 1)
    return Double(requests) / 15
  }

  @Test(arguments: [10, 60, 100, 499, 500, 1000, 10_000])
  func `an idle pass asks no more than the figures allow`(count: Int) {
    let limit = count < 500 ? Double(count) + 5 : Double(count) / 3
    #expect(idleMean(projects: count) <= limit)
  }

  @Test(arguments: [10, 60, 130]) func `real passes ask no more than that`(
    count: Int
  ) async throws {
    let scene = PassScene()
    for number in 2...count { _ = scene.addProject("project-\(number)") }
    for _ in 1...75 { try await scene.pass() }
    scene.sandbox.clearLog()
    for _ in 1...15 { try await scene.pass() }
    let mean = Double(scene.sandbox.log.gitlab) / 15
    print("\(count) idle projects: \(mean) requests a pass, \(scene.sandbox.log.counts)")
    #expect(mean <= Double(count) + 5)
  }
}
