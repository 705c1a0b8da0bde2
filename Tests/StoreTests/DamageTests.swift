import Testing

@testable import Store

/// Every byte of every file cut off and changed: exact recovery, or refusal.
@Suite struct DamageTests {
  /// A directory after its third checkpoint, with records in both journals.
  private static let healthy: ModelDisk = {
    let disk = ModelDisk()
    var ledger = Ledger()
    guard let (_, store) = try? recovered(disk) else { return disk }
    for number in 0..<14 {
      let text = String(repeating: "y", count: number * number)
      let record = Array("{\"number\":\(number),\"text\":\"\(text)\"}".utf8)
      let records = number % 3 == 0 ? [record, record] : [record]
      _ = try? store.append(records, durably: number % 2 == 0)
      for record in records { ledger.take(record) }
      if [2, 5, 9].contains(number) { try? store.checkpoint(ledger.json) }
    }
    store.close()
    return disk.afterKill()
  }()

  private static let expected = try? Ledger(recovered(healthy.afterKill()).state)

  private static let names = ["state.json", "state.json.prev", "journal.2", "journal.3"]

  private func check(_ disk: ModelDisk, _ place: @autoclosure () -> Comment) -> Bool {
    do {
      let (state, store) = try recovered(disk)
      store.close()
      let found = try Ledger(state)
      #expect(found == Self.expected, place())
      guard state.recovery != .none else { return true }
      // What was repaired is whole.
      let again = try recovered(disk.afterKill()).state
      #expect(again.recovery == .none, place())
      #expect(try Ledger(again) == Self.expected, place())
      return true
    } catch let error as StoreError {
      #expect(error.exitCode == 65, place())
    } catch {
      Issue.record("\(error), \(place())")
    }
    return false
  }

  @Test func `the healthy directory is what it should be`() throws {
    #expect(Self.healthy.fileNames == (Self.names + ["lock"]).sorted())
    let state = try recovered(Self.healthy.afterKill()).state
    #expect(state.generation == 3 && state.recovery == .none && state.records.count == 5)
    #expect(try Self.expected == Ledger(state) && Self.expected?.count == 19)
  }

  @Test(arguments: names)
  func `17 19 21 a file cut at any byte is recovered exactly or refused`(_ name: String) {
    let bytes = Self.healthy.bytes(name)
    var exact = 0
    for length in 0..<bytes.count {
      let disk = Self.healthy.afterKill()
      disk.put(name, Array(bytes[..<length]))
      if check(disk, "\(name) cut to \(length)") { exact += 1 }
    }
    // All but the journal that is being written has its copy, or is not needed.
    if name != "journal.3" { #expect(exact == bytes.count) }
  }

  @Test(arguments: names)
  func `18 22 a file with any byte changed is recovered exactly or refused`(_ name: String) {
    let bytes = Self.healthy.bytes(name)
    for index in bytes.indices {
      var values: Set<UInt8> = [
        bytes[index] ^ 0xFF, bytes[index] ^ 1, bytes[index] ^ 0x20, 0, 0x0A, JournalContent.filler,
      ]
      values.remove(bytes[index])
      for value in values {
        let disk = Self.healthy.afterKill()
        var changed = bytes
        changed[index] = value
        disk.put(name, changed)
        let isExact = check(disk, "\(name), byte \(index) to \(value)")
        if name != "journal.3" { #expect(isExact) }
      }
    }
  }

  @Test func `22 a changed byte of a line is always noticed`() throws {
    // In the lines of the journal nothing is without meaning: never recovered, always refused.
    let bytes = Self.healthy.bytes("journal.3")
    let end = try JournalContent(bytes).end
    for index in 0..<end {
      let disk = Self.healthy.afterKill()
      var changed = bytes
      changed[index] ^= 4
      disk.put("journal.3", changed)
      #expect(throws: StoreError.self) { try recovered(disk) }
    }
  }

  @Test(arguments: names)
  func `25 a missing file is recovered exactly or refused`(_ name: String) {
    let disk = Self.healthy.afterKill()
    disk.delete(name)
    let isExact = check(disk, "\(name) missing")
    #expect(isExact == (name != "journal.3"))
  }

  @Test func `20 25 two missing or bad files are never a new start`() {
    for (index, first) in Self.names.enumerated() {
      for second in Self.names[(index + 1)...] {
        let disk = Self.healthy.afterKill()
        disk.delete(first)
        disk.delete(second)
        let missing = check(disk, "\(first) and \(second) missing")
        let other = Self.healthy.afterKill()
        other.put(first, [])
        other.put(second, [0, 1, 2])
        let bad = check(other, "\(first) and \(second) bad")
        let isNeedless = !["state.json", "journal.3"].contains(first) && second != "journal.3"
        #expect(missing == isNeedless && bad == isNeedless, "\(first), \(second)")
      }
    }
  }

  @Test(arguments: ["", " \n\t ", "\u{FEFF}{}", "{}", "{\"checksum\":\"", "null", "\0\0\0\0"])
  func `19 rubbish in place of the state file is recovered from the previous one`(_ text: String)
    throws
  {
    let disk = Self.healthy.afterKill()
    let before = disk.bytes("state.json")
    disk.put("state.json", Array(text.utf8))
    let (state, store) = try recovered(disk)
    store.close()
    let reason = text.isEmpty ? "it is empty" : "it is not as it was written"
    #expect(state.recovery == .fromPrevious(reason: reason))
    #expect(disk.bytes("state.json") == before)
  }

  @Test func `an older state file beside newer journals is refused`() throws {
    let disk = Self.healthy.afterKill()
    disk.put("state.json", disk.bytes("state.json.prev"))
    #expect(
      throws: StoreError.damaged(
        path: "/state/state.json",
        reason: "it is older than \"journal.3\""
      )
    ) { try recovered(disk) }
  }

  @Test func `a journal of another generation is refused`() throws {
    let disk = Self.healthy.afterKill()
    disk.put("journal.3", disk.bytes("journal.2"))
    #expect(
      throws: StoreError.damaged(
        path: "/state/journal.3",
        reason: "it is the journal of another generation"
      )
    ) { try recovered(disk) }
  }

  @Test func `20 a damaged state can be set aside, and only then begun anew`() throws {
    let disk = Self.healthy.afterKill()
    disk.put("journal.3", [])
    let store = try StateStore.open(directory: "/state", schema: 1, disk: disk, growth: 1024)
    _ = try store.lock(now: 0)
    #expect(throws: StoreError.self) { try store.load(rebuild: Ledger.rebuild) }
    try store.beginAnew()
    try store.append([Array("{}".utf8)], durably: true)
    store.close()
    let (state, next) = try recovered(disk.afterKill())
    #expect(state.records == [Array("{}".utf8)] && state.checkpoint == nil)
    next.close()
    #expect(
      disk.fileNames == [
        "damaged.journal.2", "damaged.journal.3", "damaged.state.json", "damaged.state.json.prev",
        "journal.0", "lock",
      ]
    )
  }
}
