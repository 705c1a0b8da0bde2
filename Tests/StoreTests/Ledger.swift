@testable import Store

/// A caller of the store whose state tells exactly which records it has seen, in which order.
struct Ledger: Equatable {
  private(set) var count = 0
  private(set) var digest = Checksum(value: 0)

  init() {}

  init(_ state: StoredState) throws {
    if let checkpoint = state.checkpoint { self = try Ledger(json: checkpoint.bytes) }
    for record in state.records { take(record) }
  }

  mutating func take(_ record: [UInt8]) {
    count += 1
    digest = Checksum(of: (digest.digits + record)[...])
  }

  var json: [UInt8] {
    Array("{\"count\":\(count),\"digest\":\"".utf8) + digest.digits + Array("\"}".utf8)
  }

  /// What `load` is given.
  static func rebuild(_ checkpoint: Checkpoint?, _ records: [[UInt8]]) throws -> [UInt8] {
    var ledger = try checkpoint.map { try Ledger(json: $0.bytes) } ?? Ledger()
    for record in records { ledger.take(record) }
    return ledger.json
  }

  private init(json: [UInt8]) throws {
    var scanner = TextScanner(json[...])
    guard scanner.skip("{\"count\":"), let count = scanner.number(),
      scanner.skip(",\"digest\":\""), let digest = scanner.checksum(), scanner.skip("\"}")
    else { throw NoLedger() }
    self.count = count
    self.digest = digest
  }

  struct NoLedger: Error {}
}

/// What was asked of the store and what it promised, over crashes.
struct History {
  /// The ledger after each group that was tried, the empty one first.
  private(set) var ledgers = [Ledger()]
  /// How many groups the store has said to be on the medium.
  private(set) var promised = 0
  /// How many groups the store has taken.
  private(set) var taken = 0

  var current: Ledger { ledgers[taken] }

  mutating func tries(_ records: [[UInt8]]) {
    var next = current
    for record in records { next.take(record) }
    ledgers.removeLast(ledgers.count - 1 - taken)
    ledgers.append(next)
  }

  mutating func tookGroup() { taken = ledgers.count - 1 }
  mutating func promises() { promised = taken }

  /// Goes on from what was found after a crash; false when that breaks a promise.
  ///
  /// After a kill all that was taken must be there, after a power cut all that was promised.
  mutating func resumes(with found: Ledger, afterKill: Bool) -> Bool {
    let lowest = afterKill ? taken : promised
    guard let index = ledgers[lowest...].firstIndex(of: found) else { return false }
    ledgers.removeLast(ledgers.count - 1 - index)
    taken = index
    if !afterKill { promised = index }
    return true
  }
}

/// A run of a caller: some steps, each of which may fail.
struct Story: Sendable {
  enum Step: Sendable {
    case append([[UInt8]], durably: Bool)
    case reserve(records: Int, bytes: Int)
    case checkpoint
    case reopen
  }

  let steps: [Step]

  init(seed: UInt64, steps count: Int) {
    var random = SeededGenerator(seed)
    steps = (0..<count).map { number in
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<6:
        let records = (0..<Int.random(in: 1...4, using: &random)).map { index in
          // Short ones, and ones over several sectors.
          let length = [3, 20, 150, 700].randomElement(using: &random) ?? 3
          let text = String(repeating: "x", count: Int.random(in: 0...length, using: &random))
          return Array("{\"step\":\(number),\"record\":\(index),\"text\":\"\(text)\"}".utf8)
        }
        return .append(records, durably: Bool.random(using: &random))
      case 6: return .reserve(records: 3, bytes: Int.random(in: 0...2000, using: &random))
      case 7: return .reopen
      default: return .checkpoint
      }
    }
  }

  /// Plays the story on a disk until it ends or a step fails.
  func play(on disk: ModelDisk, _ history: inout History) throws(StoreError) {
    var store = try Self.open(disk, &history)
    defer { store.close() }
    for step in steps {
      switch step {
      case .append(let records, let durably):
        history.tries(records)
        try store.append(records, durably: durably)
        history.tookGroup()
        if durably { history.promises() }
      case .reserve(let records, let bytes):
        try store.reserve(records: records, bytes: bytes)
      case .checkpoint:
        try store.checkpoint(history.current.json)
        history.promises()
      case .reopen:
        store.close()
        store = try Self.open(disk, &history)
      }
    }
  }

  private static func open(_ disk: ModelDisk, _ history: inout History) throws(StoreError)
    -> StateStore
  {
    let store = try StateStore.open(directory: "/state", schema: 1, disk: disk, growth: 1024)
    do throws(StoreError) {
      _ = try store.lock(now: 0)
      _ = try store.load(rebuild: Ledger.rebuild)
    } catch {
      store.close()
      throw error
    }
    return store
  }
}

/// Opens, locks and loads a disk as the next start of the program does.
func recovered(_ disk: ModelDisk) throws -> (state: StoredState, store: StateStore) {
  let store = try StateStore.open(directory: "/state", schema: 1, disk: disk, growth: 1024)
  _ = try store.lock(now: 0)
  return (try store.load(rebuild: Ledger.rebuild), store)
}
