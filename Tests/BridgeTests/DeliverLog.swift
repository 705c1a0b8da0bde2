import FoundationEssentials
import Store

@testable import Bridge

/// A log in memory that can die at a chosen append.
final class DeliverLog: EntryLog {
  /// What a crash looks like from inside: the process does not live to see the append return.
  struct Crash: Error {}

  /// A point of death.
  struct Death {
    /// The append at which it happens, from 1.
    var append: Int
    /// Whether the record of that append survives.
    var keepsRecord: Bool
  }

  private(set) var checkpointBytes: [UInt8]?
  private(set) var records: [[UInt8]] = []
  private(set) var appendCount = 0
  private(set) var isEveryAppendDurable = true
  /// Every message ever queued, in the order of finding.
  private(set) var found: [Subject] = []
  var death: Death?
  /// Appends, from 1, that fail in a process that lives on.
  var failures: Set<Int> = []
  /// Whether the way round a failed append is closed as well.
  var refusesRescue = false
  private(set) var rescueCount = 0
  /// Called when an append is about to return.
  var onAppend: () -> Void = {}

  /// What the disk answers to an append of `failures`.
  static let failure = StoreError.cannotWrite(path: "journal", code: 5)

  func append(_ records: some Collection<[UInt8]>, durably: Bool) throws -> Int {
    appendCount += 1
    isEveryAppendDurable = isEveryAppendDurable && durably
    if let death, death.append == appendCount {
      if death.keepsRecord {
        self.records += records
      }
      throw Crash()
    }
    if failures.contains(appendCount) { throw Self.failure }
    self.records += records
    try noteFound(records)
    onAppend()
    return records.reduce(0) { $0 + $1.count }
  }

  private func noteFound(_ records: some Collection<[UInt8]>) throws {
    for record in records where record.starts(with: #"{"found""#.utf8) {
      let entry = try JSONDecoder().decode(Entry.self, from: Data(record))
      guard case .found(let messages, _) = entry else { continue }
      found += messages.compactMap(\.item.subject)
    }
  }

  func reserve(records: Int, bytes: Int) throws {}

  func rescue(_ bytes: [UInt8]) throws {
    // The dead write nothing.
    if let death, death.append == appendCount { throw Crash() }
    if refusesRescue { throw Self.failure }
    rescueCount += 1
    try checkpoint(bytes)
  }

  func checkpoint(_ bytes: [UInt8]) throws {
    checkpointBytes = bytes
    records = []
  }

  /// Returns what a new process reads.
  func fold() throws -> BridgeState {
    try StateCoding.fold(checkpoint: checkpointBytes, records: records)
  }
}
