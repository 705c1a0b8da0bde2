internal import Changes
internal import FoundationEssentials
internal import Store

/// Where the entries of a state go so that they survive a crash.
///
/// `StateStore` is the real one; tests keep them in memory.
protocol EntryLog: AnyObject {
  /// Appends records as one group that is replayed whole or not at all.
  ///
  /// Returns the bytes that it takes.
  ///
  /// - Throws: `StoreError` when the group could not be written; nothing may be posted after that.
  func append(_ records: some Collection<[UInt8]>, durably: Bool) throws -> Int
  /// Makes sure that appends of so many records and bytes cannot fail for want of space.
  ///
  /// - Throws: `StoreError` where there is no room; nothing has changed then.
  func reserve(records: Int, bytes: Int) throws
  /// Replaces the checkpoint by a state that already holds every record appended.
  func checkpoint(_ bytes: [UInt8]) throws
  /// Replaces the checkpoint by a state that also holds what an append failed to write.
  func rescue(_ bytes: [UInt8]) throws
}

/// The state in memory together with its log: nothing changes in one without the other.
///
/// Owned by the one task that runs a pass.
final class StateKeeper {
  private(set) var state: BridgeState
  /// Whether entries were committed durably since the last checkpoint.
  private(set) var hasNews: Bool
  /// Records since the last checkpoint, those that only note an idle pass among them.
  private var recordCount: Int
  /// Records after which a checkpoint is due although nothing of weight changed.
  private static let recordLimit = 2000
  /// The bytes of these records, and the number of them after which a checkpoint is due.
  private var byteCount: Int
  private static let byteLimit = 2 << 20
  /// What kept records from the log whose state was then written anew, as a whole.
  private(set) var rescues: [StoreError] = []
  private let log: any EntryLog
  private let encoder: JSONEncoder

  init(
    state: BridgeState,
    log: any EntryLog,
    records: Int = 0,
    bytes: Int = 0,
    hasNews: Bool = false
  ) {
    self.state = state
    self.log = log
    self.hasNews = hasNews
    recordCount = records
    byteCount = bytes
    encoder = StateCoding.makeEncoder()
  }

  /// Writes entries to the log as one group and applies them.
  ///
  /// A durable group is on disk when this returns. Throws `StoreError` when it could not be
  /// written; the state in memory is then unchanged.
  func commit(_ entries: [Entry], durably: Bool = true) throws {
    guard !entries.isEmpty else { return }
    byteCount += try log.append(entries.lazy.map(text(of:)), durably: durably)
    for entry in entries {
      state.apply(entry)
    }
    hasNews = hasNews || durably
    recordCount += entries.count
  }

  private func text(of entry: Entry) -> [UInt8] {
    guard let text = try? encoder.encode(entry) else {
      preconditionFailure("an entry holds texts and whole numbers alone")
    }
    return [UInt8](text)
  }

  /// Writes an entry that nobody can be asked for again: what came of a post.
  ///
  /// Where the log refuses it the whole state is written to fresh files at once, and all goes on:
  /// the next start would post the message again, though this process knows better.
  ///
  /// - Throws: `StoreError`: what kept the entry from the log, where that fails as well; the entry
  ///   is then known in memory alone.
  func record(_ entry: Entry) throws {
    do {
      try commit([entry])
    } catch let error as StoreError {
      state.apply(entry)
      do { try log.rescue(StateCoding.encode(state, with: encoder)) } catch _ { throw error }
      noteCheckpoint()
      rescues.append(error)
    }
  }

  /// Makes sure that the entries of a post can be written however full the disk becomes.
  ///
  /// - Throws: `StoreError` where there is no room.
  func reserve(records: Int, bytes: Int) throws {
    try log.reserve(records: records, bytes: bytes)
  }

  /// Writes the whole state as the next checkpoint, if anything of weight changed.
  ///
  /// - Throws: `StoreError`.
  func checkpoint() throws {
    guard hasNews || recordCount > Self.recordLimit || byteCount > Self.byteLimit else { return }
    try log.checkpoint(StateCoding.encode(state, with: encoder))
    noteCheckpoint()
  }

  private func noteCheckpoint() {
    hasNews = false
    recordCount = 0
    byteCount = 0
  }
}

/// How the state and its entries are written as JSON.
enum StateCoding {
  static func makeEncoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// Writes a state as a checkpoint: each project on a line of its own, for `grep`.
  ///
  /// The projects are encoded one by one: the encoder builds a tree of all that it is given, and
  /// that of 10,000 projects takes 28 MB.
  static func encode(_ state: BridgeState, with encoder: JSONEncoder) throws -> [UInt8] {
    // A project that cannot be shows where the real ones belong.
    let mark = ProjectState(path: "")
    var shell = state
    shell.projects = [-1: mark]
    let text = try [UInt8](encoder.encode(shell))
    let place = try Array("\"-1\":".utf8) + encoder.encode(mark)
    guard
      let start = text.indices.first(where: {
        text[$0] == place[0] && text[$0...].starts(with: place)
      })
    else { preconditionFailure("a state names its projects") }
    var bytes = Array(text[..<start])
    bytes.reserveCapacity(text.count + state.projects.count * 400)
    let ids = state.projects.keys.map { (key: String($0), id: $0) }.sorted { $0.key < $1.key }
    for (index, entry) in ids.enumerated() {
      guard let project = state.projects[entry.id] else { continue }
      bytes += "\(index == 0 ? "\n" : ",\n")\"\(entry.key)\":".utf8
      bytes += try encoder.encode(project)
    }
    bytes += "\n".utf8
    bytes += text[(start + place.count)...]
    return bytes
  }

  /// Folds a checkpoint and the records after it into one state.
  ///
  /// No checkpoint stands for the state before the first one. Throws `DecodingError` when the
  /// bytes are not a state or not an entry.
  static func fold(checkpoint: [UInt8]?, records: [[UInt8]]) throws -> BridgeState {
    let decoder = JSONDecoder()
    var state =
      try checkpoint.map { try decoder.decode(BridgeState.self, from: Data($0)) } ?? BridgeState()
    for record in records {
      state.apply(try decoder.decode(Entry.self, from: Data(record)))
    }
    return state
  }
}
