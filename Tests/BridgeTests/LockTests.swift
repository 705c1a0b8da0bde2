import Changes
import Platform
import Store
import TestSupport
import Testing

@testable import Bridge

/// Passes that find another one at work.
@Suite(.temporaryFolder) struct LockTests {
  private let scene = StatusScene()
  private static let minute: Int64 = 60_000

  /// Takes the lock as a pass of another process would, now.
  private func holder() throws -> StateStore {
    let store = try StateStore.open(
      directory: scene.stateDirectory,
      schema: BridgeState.schema
    )
    #expect(try store.lock(now: scene.clock.wallMilliseconds()) == .acquired)
    return store
  }

  @Test func `a short pass of another is no trouble, and counted`() async throws {
    try await scene.pass()
    let holder = try holder()
    for _ in 1...15 {
      let report = try await scene.pass()
      #expect(report.wasBusy)
      #expect(report.exitCode == .ok)
      #expect(report.sayings.isEmpty)
      #expect(report.troubles.isEmpty)
    }
    holder.close()
    #expect(try await scene.pass().sayings.isEmpty)
    #expect(try scene.metrics().contains("\ngitlab_wecom_skipped_passes_total 15\n"))
    try await scene.pass()
    #expect(try scene.metrics().contains("\ngitlab_wecom_skipped_passes_total 15\n"))
  }

  @Test func `a lock held too long is said after 15 minutes, once a day, and when it ends`()
    async throws
  {
    try await scene.pass()
    let began = LocalTime.full(scene.clock.wallMilliseconds())
    let holder = try holder()
    var said: [Int] = []
    var text = ""
    for passed in 1...(2 * 24 * 60) {
      let report = try await scene.pass()
      #expect(report.exitCode == (passed > 15 ? .busy : .ok))
      #expect(report.troubles.map(\.event) == (passed > 15 ? ["lock.busy"] : []))
      guard let saying = report.sayings.first else { continue }
      said.append(passed)
      text = saying.text
    }
    #expect(said == [16, 16 + 24 * 60])
    #expect(
      text == """
        another pass has been at work since \(began) (process \(holder.holder()?.processID ?? 0)); \
        if it hangs, stop it: nothing is lost
        """
    )
    let last = scene.clock.wallMilliseconds() - Int64(2 * 24 * 60 - 16 - 24 * 60) * Self.minute
    holder.close()
    let free = try await scene.pass()
    #expect(free.exitCode == .ok)
    #expect(
      free.sayings == [
        Saying(
          level: .warning,
          event: "lock.busy.over",
          text: """
            the pass that was at work so long has ended (said \(LocalTime.full(last))); meanwhile \
            2880 passes were skipped
            """
        )
      ]
    )
    #expect(try await scene.pass().sayings.isEmpty)
  }
}
