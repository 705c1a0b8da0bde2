import Glibc
import Testing

@testable import Store

/// The n-th call fails, once or for ever, for every n and each errno.
@Suite struct FaultTests {
  @Test(arguments: [EIO, ENOSPC, EDQUOT, EFBIG, EROFS, EACCES, EMFILE])
  func `9 to 16, 30 a failing call is told, and loses nothing promised`(_ code: Int32) throws {
    for seed in 0..<3 {
      let story = Story(seed: UInt64(seed) &+ 77, steps: 7)
      let whole = ModelDisk()
      whole.arm(.stops, at: .max, counting: .allCalls)
      var undisturbed = History()
      try story.play(on: whole, &undisturbed)
      let calls = whole.count
      for number in 1...calls {
        for fault in [ModelDisk.Fault.fails(code), .failsForever(code)] {
          try inject(fault, at: number, story, undisturbed, code)
        }
      }
    }
  }

  private func inject(
    _ fault: ModelDisk.Fault,
    at number: Int,
    _ story: Story,
    _ undisturbed: History,
    _ code: Int32
  ) throws {
    let place = Comment("call \(number), \(fault)")
    let disk = ModelDisk()
    disk.arm(fault, at: number, counting: .allCalls)
    var history = History()
    do throws(StoreError) {
      try story.play(on: disk, &history)
      // A failure that does not matter (a leftover that cannot be removed) goes unsaid.
      #expect(history.current == undisturbed.current, place)
    } catch {
      #expect([73, 74].contains(error.exitCode), place)
      if case .fails = fault, case .stopped = error {
        Issue.record("the first failure must be told as what it is, \(place)")
      }
    }
    #expect(disk.hasFailed, place)
    #expect(disk.openHandles == 0, place)

    // The next start finds all that was promised and leaves no temporary file.
    let next = disk.afterKill()
    let (state, store) = try recovered(next)
    let isKept = history.resumes(with: try Ledger(state), afterKill: false)
    #expect(isKept, place)
    #expect(next.fileNames.allSatisfy { !$0.hasSuffix(".new") }, place)
    store.close()
  }

  @Test func `15 a short write is completed`() throws {
    let story = Story(seed: 5, steps: 12)
    let whole = ModelDisk()
    var expected = History()
    try story.play(on: whole, &expected)
    for number in 1...whole.count {
      let disk = ModelDisk()
      disk.arm(.halves, at: number, counting: .changes)
      var history = History()
      try story.play(on: disk, &history)
      #expect(history.current == expected.current)
      for name in whole.fileNames where name != "lock" {
        #expect(disk.bytes(name) == whole.bytes(name), "\(name), change \(number)")
      }
    }
  }

  @Test func `32 a renaming whose answer was lost has happened`() throws {
    let story = Story(seed: 5, steps: 12)
    let whole = ModelDisk()
    var expected = History()
    try story.play(on: whole, &expected)
    var lost = 0
    for number in 1...whole.count {
      let disk = ModelDisk()
      disk.arm(.losesAnswer(EIO), at: number, counting: .changes)
      var history = History()
      try story.play(on: disk, &history)
      if disk.hasFailed { lost += 1 }
      #expect(history.current == expected.current)
      for name in whole.fileNames where name != "lock" {
        #expect(disk.bytes(name) == whole.bytes(name), "\(name), change \(number)")
      }
    }
    #expect(lost > 2)
  }

  @Test func `12 after a failed sync nothing is written any more`() throws {
    let disk = ModelDisk()
    let (_, store) = try recovered(disk)
    let record = Array("{}".utf8)
    disk.arm(.fails(EIO), at: 2, counting: .changes)
    let path = "/state/journal.0"
    #expect(throws: StoreError.cannotWrite(path: path, code: EIO)) {
      try store.append([record], durably: true)
    }
    for _ in 0..<2 {
      #expect(throws: StoreError.stopped(path: path)) { try store.append([record], durably: false) }
      #expect(throws: StoreError.stopped(path: path)) { try store.reserve(records: 1, bytes: 1) }
      #expect(throws: StoreError.stopped(path: path)) { try store.checkpoint([]) }
    }
  }

  @Test func `9 without room nothing is appended, and with room again all goes on`() throws {
    let disk = ModelDisk()
    let (_, store) = try recovered(disk)
    let record = Array("{\"text\":\"\(String(repeating: "x", count: 3000))\"}".utf8)
    let before = disk.bytes("journal.0")
    disk.arm(.failsForever(ENOSPC), at: 1, counting: .changes)
    #expect(throws: StoreError.cannotWrite(path: "/state/journal.0", code: ENOSPC)) {
      try store.append([record], durably: true)
    }
    #expect(throws: StoreError.cannotWrite(path: "/state/journal.0", code: ENOSPC)) {
      try store.reserve(records: 1, bytes: 3000)
    }
    #expect(disk.bytes("journal.0") == before)
    disk.arm(.stops, at: .max, counting: .changes)
    try store.reserve(records: 1, bytes: record.count)
    // Reserved is reserved: one write and one sync, no growth.
    disk.arm(.failsForever(ENOSPC), at: 3, counting: .changes)
    try store.append([record], durably: true)
    store.close()
    #expect(try recovered(disk.afterKill()).state.records == [record])
  }

  @Test(arguments: [ENOSPC, EIO])
  func `9 11 a group that is written in slices is there whole or not at all`(_ code: Int32) throws {
    let small = Array("{}".utf8)
    let large = (0..<4).map { number in
      Array("{\"text\":\"\(number)\(String(repeating: "x", count: 40_000))\"}".utf8)
    }
    let whole = ModelDisk()
    let (_, store) = try recovered(whole)
    try store.append([small], durably: true)
    whole.arm(.stops, at: .max, counting: .changes)
    #expect(try store.append(large, durably: true) > 160_000)
    // Growth, its sync and a write for each of three slices, and the last sync.
    let count = whole.count
    #expect(count >= 7)
    #expect(try recovered(whole.afterKill()).state.records == [small] + large)
    for number in 1...count {
      for fault in [ModelDisk.Fault.stops, .fails(code), .halves] {
        let disk = ModelDisk()
        let (_, store) = try recovered(disk)
        try store.append([small], durably: true)
        disk.arm(fault, at: number, counting: .changes)
        let isTold = (try? store.append(large, durably: true)) != nil
        let found = try recovered(disk.afterKill()).state.records
        #expect([[small], [small] + large].contains(found), "\(fault) at \(number)")
        if isTold { #expect(found == [small] + large, "\(fault) at \(number)") }
        guard case .fails = fault, !isTold, (try? store.append([small], durably: true)) != nil
        else { continue }
        // There was no room: nothing of the group is left, and the store goes on.
        #expect(try recovered(disk.afterKill()).state.records == [small, small])
      }
    }
  }

  @Test func `10 a checkpoint without room keeps the state and can be tried again`() throws {
    let disk = ModelDisk()
    let (_, store) = try recovered(disk)
    let record = Array("{}".utf8)
    try store.append([record], durably: true)
    let json = try Ledger.rebuild(nil, [record])
    let names = disk.fileNames
    // The removal of an old temporary file, its creation, its bytes.
    disk.arm(.failsForever(ENOSPC), at: 3, counting: .changes)
    #expect(throws: StoreError.cannotWrite(path: "/state/state.json.new", code: ENOSPC)) {
      try store.checkpoint(json)
    }
    disk.arm(.stops, at: .max, counting: .changes)
    try store.append([record], durably: true)
    try store.checkpoint(try Ledger.rebuild(nil, [record, record]))
    #expect(Set(disk.fileNames) == Set(names + ["state.json", "journal.1"]))
  }

  @Test(arguments: [1, 2])
  func `13 what the journal did not take is rescued into fresh files, and all goes on`(
    _ change: Int
  ) throws {
    let (disk, store, ledger) = try failing(at: change)
    try store.rescue(ledger.json)
    let later = Array("{\"later\":1}".utf8)
    try store.append([later], durably: true)
    store.close()
    var expected = ledger
    expected.take(later)

    let next = disk.afterKill()
    #expect(try Ledger(recovered(next).state) == expected)
    #expect(next.fileNames.allSatisfy { !$0.hasSuffix(".new") })
    // Neither file of the failed generation is needed for the recovery of a damaged one.
    let damaged = disk.afterKill()
    damaged.delete("state.json")
    let (state, _) = try recovered(damaged)
    #expect(try Ledger(state) == expected)
    #expect(state.recovery != .none)
  }

  @Test func `13 a rescue whose n-th call fails leaves the state before or after, and no other`()
    throws
  {
    var failed = 0
    var number = 1
    while true {
      for fault in [ModelDisk.Fault.fails(EIO), .failsForever(EIO)] {
        let (disk, store, ledger) = try failing(at: 1)
        disk.arm(fault, at: number, counting: .changes)
        let place = Comment("change \(number), \(fault)")
        do throws(StoreError) {
          try store.rescue(ledger.json)
        } catch {
          failed += 1
          #expect([73, 74].contains(error.exitCode), place)
          #expect(throws: StoreError.self, place) {
            try store.append([[0x7B, 0x7D]], durably: true)
          }
        }
        let isOver = !disk.hasFailed
        store.close()
        let next = disk.afterKill()
        let found = try Ledger(recovered(next).state)
        #expect(found == ledger || found.count == 1, place)
        #expect(next.fileNames.allSatisfy { !$0.hasSuffix(".new") }, place)
        if isOver {
          #expect(failed > 10)
          return
        }
      }
      number += 1
    }
  }

  /// A store that has one record, and whose append of another one failed at a change of its files.
  private func failing(
    at change: Int
  ) throws -> (disk: ModelDisk, store: StateStore, ledger: Ledger) {
    let disk = ModelDisk()
    let (_, store) = try recovered(disk)
    var ledger = Ledger()
    let records = [1, 2].map { Array("{\"number\":\($0)}".utf8) }
    for record in records { ledger.take(record) }
    try store.append([records[0]], durably: true)
    disk.arm(.fails(EIO), at: change, counting: .changes)
    #expect(throws: StoreError.cannotWrite(path: "/state/journal.0", code: EIO)) {
      try store.append([records[1]], durably: true)
    }
    disk.arm(.stops, at: .max, counting: .changes)
    return (disk, store, ledger)
  }
}
