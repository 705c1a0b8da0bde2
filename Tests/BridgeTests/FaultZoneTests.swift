import Sandbox
import TestSupport
import Testing

@testable import Bridge

@Suite(.temporaryFolder) struct FaultZoneTests {
  /// Minutes east of UTC, by which GitLab counts the days of `after` and writes its times.
  @Test(arguments: [-720, -300, 0, 330, 480, 840])
  func `74 a span is found to its first and last minute, whatever zone GitLab counts days in`(
    offset: Int
  ) async {
    let scene = BridgeScene()
    scene.sandbox.change { $0.settings.utcOffset = offset }
    let start = scene.clock.wallMilliseconds()
    for hour in 0..<60 {
      scene.push("hour \(hour)")
      scene.clock.advance(milliseconds: 3_600_000)
    }
    #expect(await scene.bridge().run().exitCode == .ok)
    for first in [0, 13, 24] {
      scene.sandbox.clearMessages()
      let report = await scene.bridge().backfill(
        BackfillRequest(
          since: start + Int64(first) * 3_600_000,
          until: start + Int64(first + 12) * 3_600_000,
          isForced: true
        )
      )
      #expect(report.exitCode == .ok)
      let before = first == 0 ? ["before the watch"] : []
      #expect(scene.told == before + (first..<first + 12).map { "hour \($0)" })
    }
  }
}
