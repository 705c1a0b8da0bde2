import Platform
import Testing

/// Random histories: what is posted is what the relay would have posted.
///
/// `HISTORY_SEED` runs one history again, `HISTORY_COUNT` more of them than the usual ones.
@Suite struct HistoryTests {
  private static let groupSize: UInt64 = 10

  private static let groups: [UInt64] = {
    let count = Environment.number("HISTORY_COUNT") ?? 220
    return Array(stride(from: 1, through: count, by: Int(groupSize)))
  }()

  @Test(arguments: groups)
  func `the messages are those of the relay, byte for byte and in order`(
    first: UInt64
  ) async throws {
    if let seed = Environment.number("HISTORY_SEED") {
      guard first == 1 else { return }
      _ = try await HistoryRun(seed: seed).run()
      return
    }
    var messages = 0
    for seed in first..<(first + Self.groupSize) {
      messages += try await HistoryRun(seed: seed).run()
    }
    print("histories \(first) to \(first + Self.groupSize - 1): \(messages) messages")
    #expect(messages > 0)
  }
}

extension Environment {
  /// A variable that is a number.
  static func number(_ name: String) -> UInt64? {
    value(name).flatMap { UInt64($0) }
  }
}
