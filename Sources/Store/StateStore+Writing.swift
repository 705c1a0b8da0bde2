import Synchronization

extension StateStore {
  /// Appends a group of records, which a crash keeps whole or drops whole.
  ///
  /// - Parameters:
  ///   - records: valid JSON texts without any control character; each is asked for once, in order.
  ///   - durably: whether to return only when the group, and all before it, is on the medium.
  /// - Returns: The bytes that the group takes.
  /// - Throws: `StoreError.cannotWrite` with nothing appended when there is no room; every other
  ///   failure stops the store: a second attempt could succeed and hide what the first one lost.
  @discardableResult
  package func append(
    _ records: some Collection<[UInt8]>,
    durably: Bool
  ) throws(StoreError) -> Int {
    var length = 0
    try write { (journal) throws(JournalFailure) in
      length = try journal.append(records, in: folder)
      if durably { try journal.synchronize(in: folder) }
    }
    return length
  }

  /// Reserves room: appends up to so many records and bytes cannot fail for want of space.
  ///
  /// - Parameters:
  ///   - records: how many records.
  ///   - bytes: the bytes of all of them together.
  /// - Throws: `StoreError.cannotWrite` when there is no room; the store can be used on.
  package func reserve(records: Int, bytes: Int) throws(StoreError) {
    try write { (journal) throws(JournalFailure) in
      try journal.reserve(bytes + records * JournalLine.overhead, in: folder)
    }
  }

  /// Makes bytes the next checkpoint and begins a new journal.
  ///
  /// They must be what `load`'s `rebuild` makes of the last checkpoint and the records since. A
  /// failure before the new state file takes its place leaves all as it was, to be tried again; a
  /// later one stops the store.
  ///
  /// - Throws: `StoreError.cannotCreate`, `cannotWrite` or `stopped`.
  package func checkpoint(_ bytes: [UInt8]) throws(StoreError) {
    try write { (journal) throws(JournalFailure) in try journal.synchronize(in: folder) }
    try active.withLock { (active) throws(StoreError) in try advance(&active, bytes) }
  }

  /// Makes bytes the next checkpoint although the journal could not be written.
  ///
  /// They hold what the journal failed to take, so nothing depends on that file any more, and the
  /// store can be used on. Where this fails the store stays stopped.
  ///
  /// - Throws: `StoreError`; then it is open whether the bytes are on the medium.
  package func rescue(_ bytes: [UInt8]) throws(StoreError) {
    try active.withLock { (active) throws(StoreError) in
      guard let journal = active.journal else {
        preconditionFailure("the state is written only after it was loaded under the lock")
      }
      let path = folder.path(of: journal.name)
      if let broken = active.broken, broken != path { throw .stopped(path: broken) }
      active.broken = path
      try advance(&active, bytes)
      active.broken = nil
      // The failed journal does not lead to this checkpoint. With another one it is not needed for
      // the recovery of a damaged state file; that this one fails does no other harm.
      try? advance(&active, bytes)
    }
  }

  private func advance(_ active: inout Active, _ bytes: [UInt8]) throws(StoreError) {
    let next = active.generation + 1
    let envelope = Envelope(generation: next, schema: schema, state: bytes)
    let header = JournalHeader(generation: next, digest: envelope.digest)
    do throws(StoreError) {
      try prepare(envelope, header)
    } catch {
      folder.remove(Self.stateName + Self.newSuffix)
      folder.remove(Journal.name(next))
      throw error
    }
    // From here on it is not known which of the two a crash would leave, until it is synced.
    do throws(StoreError) {
      try folder.rename(Self.stateName + Self.newSuffix, to: Self.stateName)
      try folder.synchronize()
      let journal = try openJournal(next)
      active.journal?.close(in: folder)
      active.journal = journal
    } catch {
      active.broken = folder.path(of: Self.stateName)
      throw error
    }
    active.generation = next
    folder.remove(Journal.name(next - 2))
  }

  /// Writes the files of the next generation beside the present ones.
  private func prepare(_ envelope: Envelope, _ header: JournalHeader) throws(StoreError) {
    try folder.create(Self.stateName + Self.newSuffix, envelope.bytes)
    try createJournal(header)
    if envelope.generation > 1 {
      let temporary = Self.previousName + Self.newSuffix
      do {
        try folder.duplicate(Self.stateName, as: temporary)
        try folder.rename(temporary, to: Self.previousName)
      } catch {
        folder.remove(temporary)
        throw error
      }
      // Renaming a file to a name that it has already does nothing, and leaves both.
      folder.remove(temporary)
    }
    try folder.synchronize()
  }

  /// Creates a journal under its own name only when its header is on the medium.
  func createJournal(_ header: JournalHeader) throws(StoreError) {
    let name = Journal.name(header.generation)
    try folder.create(name + Self.newSuffix, Journal.initial(header, growth: growth))
    do {
      try folder.rename(name + Self.newSuffix, to: name)
    } catch {
      folder.remove(name + Self.newSuffix)
      throw error
    }
  }

  func openJournal(_ generation: Int) throws(StoreError) -> Journal {
    let name = Journal.name(generation)
    let content = try readJournal(generation)
    return try Journal(name, content, in: folder, growth: growth)
  }

  private func write(
    _ work: (inout Journal) throws(JournalFailure) -> Void
  ) throws(StoreError) {
    try active.withLock { (active) throws(StoreError) in
      if let broken = active.broken { throw StoreError.stopped(path: broken) }
      guard var journal = active.journal else {
        preconditionFailure("the state is written only after it was loaded under the lock")
      }
      let path = folder.path(of: journal.name)
      do throws(JournalFailure) {
        try work(&journal)
        active.journal = journal
      } catch {
        // Room that was made before the failure stays.
        active.journal = journal
        switch error {
        case .full(let code):
          throw StoreError.cannotWrite(path: path, code: code)
        case .broken(let code):
          active.broken = path
          throw StoreError.cannotWrite(path: path, code: code)
        }
      }
    }
  }
}
