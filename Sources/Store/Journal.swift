import Glibc

/// The journal that is being written.
struct Journal: Sendable {
  let name: String
  private let handle: Int32
  /// The offset after the last line.
  private(set) var end: Int
  /// The file's length: filler reaches from `end` to here, a byte at least.
  private var size: Int
  /// The number of the last line.
  private var last: Int
  /// The number of the last line that is known to be on the medium.
  private var synced = 0
  private let growth: Int

  static func name(_ generation: Int) -> String { "journal.\(generation)" }

  /// The generation of a journal's name, nil for any other name.
  static func generation(ofName name: String) -> Int? {
    guard name.hasPrefix("journal.") else { return nil }
    var scanner = TextScanner(Array(name.utf8.dropFirst("journal.".utf8.count))[...])
    guard let generation = scanner.number(), scanner.rest.isEmpty else { return nil }
    return generation
  }

  /// The bytes of a journal without records.
  static func initial(_ header: JournalHeader, growth: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    JournalLine(number: 0, end: 0, synced: 0, record: header.record[...])
      .append(to: &bytes, at: 0)
    let filler = growth - bytes.count % growth
    return bytes + [UInt8](repeating: JournalContent.filler, count: filler)
  }

  /// Opens a journal whose content is known, and clears a torn tail.
  init(
    _ name: String,
    _ content: JournalContent,
    in folder: Folder,
    growth: Int
  ) throws(StoreError) {
    self.name = name
    self.growth = growth
    end = content.end
    size = content.size
    last = content.records.count
    do {
      handle = try folder.disk.open(name, in: folder.handle, .updating)
    } catch {
      throw .cannotCreate(path: folder.path(of: name), code: error.code)
    }
    guard content.tornBytes > 0 else { return }
    let filler = [UInt8](repeating: JournalContent.filler, count: content.tornBytes)
    do {
      try folder.write(filler[...], to: handle, at: end)
      try folder.disk.synchronizeData(handle)
    } catch {
      folder.disk.close(handle)
      throw .cannotWrite(path: folder.path(of: name), code: error.code)
    }
  }

  func close(in folder: Folder) { folder.disk.close(handle) }

  /// Appends a group of records by one write.
  mutating func append(_ records: [[UInt8]], in folder: Folder) throws(JournalFailure) {
    var bytes: [UInt8] = []
    for (index, record) in records.enumerated() {
      JournalLine(
        number: last + 1 + index,
        end: last + records.count,
        synced: synced,
        record: record[...]
      ).append(to: &bytes, at: end)
    }
    try reserve(bytes.count, in: folder)
    do {
      try folder.write(bytes[...], to: handle, at: end)
    } catch {
      // What was written of it must not look like damage to the next start.
      let filler = [UInt8](repeating: JournalContent.filler, count: bytes.count)
      try? folder.write(filler[...], to: handle, at: end)
      throw .broken(code: error.code)
    }
    end += bytes.count
    last += records.count
  }

  /// Makes sure that so many bytes fit before the file's last byte of filler.
  ///
  /// The filler is on the medium before it is used: a write into it can fail for want of space no
  /// more, and no crash can leave a line at the file's very end.
  mutating func reserve(_ bytes: Int, in folder: Folder) throws(JournalFailure) {
    guard end + bytes >= size else { return }
    let wanted = ((end + bytes) / growth + 1) * growth
    let filler = [UInt8](repeating: JournalContent.filler, count: wanted - size)
    do {
      try folder.write(filler[...], to: handle, at: size)
    } catch {
      // Filler that no line needs is given back to whoever filled the disk.
      try? folder.disk.truncate(handle, to: size)
      throw .full(code: error.code)
    }
    do { try folder.disk.synchronizeData(handle) } catch { throw .broken(code: error.code) }
    size = wanted
    synced = last
  }

  /// Puts all lines on the medium.
  mutating func synchronize(in folder: Folder) throws(JournalFailure) {
    guard synced < last else { return }
    do { try folder.disk.synchronizeData(handle) } catch { throw .broken(code: error.code) }
    synced = last
  }
}

/// Why a journal could not be written.
enum JournalFailure: Error, Equatable {
  /// No room; the journal is as it was and can be written on.
  case full(code: Int32)
  /// What is on the medium is not known; a repeated attempt could hide the loss.
  case broken(code: Int32)
}
