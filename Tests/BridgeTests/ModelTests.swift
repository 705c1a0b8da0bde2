import Platform
import Testing

/// A model of everything at once: whatever fails, each message is posted once and in order.
///
/// `MODEL_SEED` takes one run again, `MODEL_RUNS` more of them than the usual ones.
@Suite struct ModelTests {
  private static let stepsPerRun = 2000
  private static let seeds = Array(1...(Environment.number("MODEL_RUNS") ?? 52))

  @Test(arguments: seeds) func `every message exactly once and in order`(
    seed: UInt64
  ) async throws {
    if let only = Environment.number("MODEL_SEED"), only != seed {
      guard seed == 1 else { return }
      _ = try await ModelRun(seed: only).run(steps: Self.stepsPerRun)
      return
    }
    let (steps, messages) = try await ModelRun(seed: seed).run(steps: Self.stepsPerRun)
    print("model \(seed): \(steps) steps, \(messages) messages")
    #expect(messages > 0)
  }
}
