import Testing

@testable import Store

/// Every crash of the process and of the machine, on a disk that forgets and reorders.
@Suite struct CrashModelTests {
  @Test func `1 5 6 7 8 a crash at any change loses nothing promised`() async throws {
    let crashes = try await withThrowingTaskGroup(of: Int.self) { group in
      for seed in 0..<32 { group.addTask { try play(seed) } }
      return try await group.reduce(0, +)
    }
    print("\(crashes) crashes, each recovered after a second one and cut off a third time")
    #expect(crashes >= 10_000)
  }

  /// Plays the story of a seed, stopped at each of its changes; returns how many crashes it had.
  private func play(_ seed: Int) throws -> Int {
    let story = Story(seed: UInt64(seed), steps: 8)
    let whole = ModelDisk()
    var undisturbed = History()
    try story.play(on: whole, &undisturbed)
    let changes = whole.count
    var random = SeededGenerator(UInt64(seed) &+ 1000)
    var crashes = 0
    for number in 1...(changes + 1) {
      let disk = ModelDisk()
      disk.arm(.stops, at: number, counting: .changes)
      var history = History()
      try? story.play(on: disk, &history)

      for variant in 0..<10 {
        let isKill = variant == 0
        let crashed = isKill ? disk.afterKill() : disk.afterPowerCut(&random)
        crashes += 1
        try verify(
          crashed,
          history,
          isKill: isKill,
          where: "seed \(seed), change \(number)",
          &random
        )
      }
    }
    return crashes
  }

  /// Recovers, also after the recovery itself was stopped, and goes on.
  private func verify(
    _ disk: ModelDisk,
    _ history: History,
    isKill: Bool,
    where place: String,
    _ random: inout SeededGenerator
  ) throws {
    // The recovery is cut off once, at any of its own changes.
    var history = history
    let torn = disk.afterKill()
    torn.arm(.stops, at: .random(in: 1...6, using: &random), counting: .changes)
    _ = try? recovered(torn)
    let again = isKill ? torn.afterKill() : torn.afterPowerCut(&random)

    let (state, store) = try recovered(again)
    let found = try Ledger(state)
    let isKept = history.resumes(with: found, afterKill: isKill)
    #expect(isKept, "\(place): \(found)")
    #expect(again.fileNames.allSatisfy { !$0.hasSuffix(".new") }, "\(place)")
    #expect(again.fileNames.filter { $0.hasPrefix("journal.") }.count <= 2, "\(place)")

    // What was recovered can be written on, and is found once more.
    let record = Array("{\"after\":\"crash\"}".utf8)
    history.tries([record])
    try store.append([record], durably: true)
    history.tookGroup()
    history.promises()
    if Bool.random(using: &random) { try store.checkpoint(history.current.json) }
    store.close()
    let (after, next) = try recovered(again.afterPowerCut(&random))
    let expected = history.current
    #expect(try Ledger(after) == expected, "\(place)")
    next.close()
    #expect(again.openHandles == 0)
  }
}
