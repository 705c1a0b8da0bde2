import Synchronization

extension StateStore {
  /// Folds a checkpoint and the records after it into the next checkpoint's bytes.
  ///
  /// The same input must always give the same bytes.
  package typealias Rebuild = (Checkpoint?, [[UInt8]]) throws -> [UInt8]

  /// Loads the state under the lock, repairs what a crash or damage left, and opens the journal.
  ///
  /// - Throws: `StoreError.damaged` where the state cannot be recovered exactly, `foreign` where
  ///   other files stand in its place, `newerSchema`; `cannotWrite` where a repair fails.
  package func load(rebuild: Rebuild) throws(StoreError) -> StoredState {
    try active.withLock { (active) throws(StoreError) -> StoredState in
      precondition(active.lock != nil, "the state is loaded under the lock")
      if let broken = active.broken { throw StoreError.stopped(path: broken) }
      active.journal?.close(in: folder)
      active.journal = nil
      let found = try find(rebuild)
      if found.isNew { try createJournal(JournalHeader(generation: 0, digest: nil)) }
      if let repaired = found.repaired {
        let temporary = Self.stateName + Self.newSuffix
        try folder.create(temporary, repaired.bytes)
        do throws(StoreError) {
          try folder.rename(temporary, to: Self.stateName)
        } catch {
          folder.remove(temporary)
          throw error
        }
      }
      // A pass that was killed may have renamed the state file and not synced the folder: a power
      // cut would then bring back the old one, and with it forget what is appended from now on.
      try folder.synchronize()
      active.journal = try openJournal(found.state.generation)
      active.generation = found.state.generation
      sweep(found.state.generation)
      return found.state
    }
  }

  /// Loads the state without the lock and without changing anything, also while a pass runs.
  ///
  /// - Throws: as `load`; what a running pass is just writing is waited for.
  package func peek(rebuild: Rebuild) throws(StoreError) -> StoredState {
    var attempt = 0
    while true {
      do {
        return try find(rebuild).state
      } catch {
        // Between two of our reads a pass may have made a checkpoint or half a write.
        attempt += 1
        guard attempt < 50, case .damaged = error else { throw error }
      }
    }
  }

  /// Sets all files of the state aside, under names that begin with `damaged.`, and begins anew.
  ///
  /// What was set aside before is replaced.
  ///
  /// - Throws: `StoreError.cannotWrite` or `cannotCreate`.
  package func beginAnew() throws(StoreError) {
    try active.withLock { (active) throws(StoreError) in
      precondition(active.lock != nil, "the state is begun anew under the lock")
      active.journal?.close(in: folder)
      active.journal = nil
      let names = try folder.names()
      for name in names where name.hasPrefix(Self.asidePrefix) { folder.remove(name) }
      for name in names where Self.isOurs(name) {
        try folder.rename(name, to: Self.asidePrefix + name)
      }
      try folder.synchronize()
      try createJournal(JournalHeader(generation: 0, digest: nil))
      try folder.synchronize()
      active.journal = try openJournal(0)
      active.generation = 0
    }
  }

  /// What the directory holds, and what is to be done about it.
  private struct Found {
    var state: StoredState
    var isNew = false
    /// The state file as it was before it was damaged.
    var repaired: Envelope?
  }

  private enum StateFile {
    case good(Envelope)
    case bad(reason: String)
    case missing
  }

  private func find(_ rebuild: Rebuild) throws(StoreError) -> Found {
    switch try readState(Self.stateName) {
    case .good(let envelope):
      let journal = try readJournal(envelope.generation)
      guard journal.header.digest == envelope.digest else {
        throw damaged(Self.stateName, "it is not the state that its journal follows")
      }
      // An interrupted checkpoint leaves the next journal without records.
      let next = envelope.generation + 1
      if folder.status(Journal.name(next)) != nil, try !readJournal(next).records.isEmpty {
        throw damaged(Self.stateName, "it is older than \"\(Journal.name(next))\"")
      }
      return Found(state: state(envelope, journal))
    case .missing:
      let names = try folder.names()
      let ours = names.filter(Self.isOurs)
      if ours.isEmpty {
        if let name = names.sorted().first(where: { !Self.isHarmless($0) }) {
          throw StoreError.foreign(path: folder.path, name: name)
        }
        return Found(state: state(nil, nil), isNew: true)
      }
      if try isBeforeFirstCheckpoint(ours) {
        return Found(state: state(nil, try readJournal(0)))
      }
      return try recover("it is missing", rebuild)
    case .bad(let reason):
      return try recover(reason, rebuild)
    }
  }

  /// Whether the first checkpoint was never made: nothing but the first journal, and perhaps the
  /// second without any record.
  private func isBeforeFirstCheckpoint(_ ours: [String]) throws(StoreError) -> Bool {
    guard Set(ours).isSubset(of: [Journal.name(0), Journal.name(1)]),
      ours.contains(Journal.name(0))
    else { return false }
    guard ours.contains(Journal.name(1)) else { return true }
    return try readJournal(1).records.isEmpty
  }

  /// Rebuilds the state file from the previous one and the journal between them.
  private func recover(_ reason: String, _ rebuild: Rebuild) throws(StoreError) -> Found {
    let previous: Envelope?
    switch try readState(Self.previousName) {
    case .good(let envelope):
      previous = envelope
    case .missing:
      previous = nil
    case .bad(let otherReason):
      throw damaged(Self.stateName, "\(reason), and of \"\(Self.previousName)\" \(otherReason)")
    }
    let generation = (previous?.generation ?? 0) + 1
    let between: JournalContent
    let journal: JournalContent
    do {
      between = try readJournal(generation - 1)
      journal = try readJournal(generation)
    } catch {
      guard case .damaged(let path, let otherReason) = error else { throw error }
      throw damaged(Self.stateName, "\(reason), and of \"\(path)\" \(otherReason)")
    }
    let checkpoint = previous.map { Checkpoint(schema: $0.schema, bytes: Array($0.state)) }
    guard between.header.digest == previous?.digest,
      let bytes = try? rebuild(checkpoint, between.records)
    else { throw damaged(Self.stateName, "\(reason), and the previous one does not lead to it") }
    let envelope = Envelope(generation: generation, schema: schema, state: bytes)
    guard envelope.digest == journal.header.digest else {
      throw damaged(Self.stateName, "\(reason), and the previous one does not lead to it")
    }
    let recovered = StoredState(
      checkpoint: Checkpoint(schema: schema, bytes: bytes),
      records: journal.records,
      generation: generation,
      recovery: .fromPrevious(reason: reason)
    )
    return Found(state: recovered, repaired: envelope)
  }

  private func readState(_ name: String) throws(StoreError) -> StateFile {
    switch try folder.read(name) {
    case .missing: return .missing
    case .unusable(let reason): return .bad(reason: reason)
    case .bytes(let bytes):
      guard let envelope = Envelope(bytes) else {
        return .bad(reason: bytes.isEmpty ? "it is empty" : "it is not as it was written")
      }
      guard envelope.schema <= schema else {
        throw .newerSchema(
          path: folder.path(of: name),
          found: envelope.schema,
          supported: schema
        )
      }
      return .good(envelope)
    }
  }

  func readJournal(_ generation: Int) throws(StoreError) -> JournalContent {
    let name = Journal.name(generation)
    switch try folder.read(name) {
    case .missing: throw damaged(name, "it is missing")
    case .unusable(let reason): throw damaged(name, reason)
    case .bytes(let bytes):
      let content: JournalContent
      do { content = try JournalContent(bytes) } catch { throw damaged(name, error.reason) }
      guard content.header.generation == generation else {
        throw damaged(name, "it is the journal of another generation")
      }
      return content
    }
  }

  private func state(_ envelope: Envelope?, _ journal: JournalContent?) -> StoredState {
    let torn = journal?.tornBytes ?? 0
    return StoredState(
      checkpoint: envelope.map { Checkpoint(schema: $0.schema, bytes: Array($0.state)) },
      records: journal?.records ?? [],
      generation: envelope?.generation ?? 0,
      recovery: torn > 0 ? .tornTail(bytes: torn) : .none
    )
  }

  /// Removes what interrupted checkpoints have left; nothing else, and only under the lock.
  private func sweep(_ generation: Int) {
    guard let names = try? folder.names() else { return }
    for name in names {
      if Self.isTemporary(name) {
        folder.remove(name)
      } else if let other = Journal.generation(ofName: name),
        other != generation, other != generation - 1
      {
        folder.remove(name)
      }
    }
  }

  private func damaged(_ name: String, _ reason: String) -> StoreError {
    .damaged(path: folder.path(of: name), reason: reason)
  }

  /// Whether the name is that of a file that holds state.
  private static func isOurs(_ name: String) -> Bool {
    name == stateName || name == previousName || Journal.generation(ofName: name) != nil
  }

  private static func isTemporary(_ name: String) -> Bool {
    name.hasSuffix(newSuffix) && isOurs(String(name.dropLast(newSuffix.count)))
  }

  /// Whether a file may be there before the state is.
  private static func isHarmless(_ name: String) -> Bool {
    name == lockName || name == skipsName || name.hasPrefix("README") || name.hasPrefix(".")
      || name == "lost+found"
      || name.hasPrefix(asidePrefix) || isTemporary(name)
  }

  private static let asidePrefix = "damaged."
}
