import DaySupport
import Platform
import TestSupport
import Testing

/// How soon messages are told, at a pass a minute, by a GitLab that tells of pushes late or never.
///
/// `bench --only day` is the same at full size.
@Suite struct DelayTests {
  @Test(.temporaryFolder) func `no message of a simulated day is lost, doubled or late`()
    async throws
  {
    let seed = Environment.number("DAY_SEED") ?? 7
    print("simulated day: seed \(seed)")
    var scale = DayScale(seed: seed, projects: 100, activeProjects: 50, hours: 2)
    scale.missedActivityEvery = 2
    let day = DayRun(scale, stateDirectory: TemporaryFolder.path + "/state")
    let report = await day.run()
    #expect(report.lost.isEmpty)
    #expect(report.doubled.isEmpty)
    #expect(report.complaints.isEmpty)
    for kind in DayReport.Class.allCases {
      let delays = report.delays.filter { $0.kind == kind }
      let longest = delays.map(\.untilPass).max() ?? 0
      print("\(delays.count) \(kind.rawValue): told within \(longest / 1000) s")
      // A day without them would show nothing.
      #expect(delays.count >= 10, "\(kind.rawValue)")
      #expect(delays.allSatisfy { $0.untilPass <= Int64(kind.bound) * 1000 }, "\(kind.rawValue)")
    }
  }
}
