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
  /// The bytes of a group that are written at a time: 1 MB as a rule.
  private var sliceSize: Int { 64 * growth }

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

  /// Appends a group of records and returns the bytes that it takes.
  ///
  /// A large group is encoded and written in slices: all of it at once is three times its size in
  /// memory, 60 MB of the 146 of a pass in which 10,000 projects were active.
  mutating func append(
    _ records: some Collection<[UInt8]>,
    in folder: Folder
  ) throws(JournalFailure) -> Int {
    let synced = synced
    let final = last + records.count
    var number = last
    var offset = end
    var slice: [UInt8] = []
    for record in records {
      precondition(record.allSatisfy { $0 >= 0x20 }, "a record is JSON text on one line")
      number += 1
      JournalLine(number: number, end: final, synced: synced, record: record[...])
        .append(to: &slice, at: offset)
      guard slice.count >= sliceSize || number == final else { continue }
      try write(slice, at: offset, in: folder)
      offset += slice.count
      slice.removeAll(keepingCapacity: true)
    }
    defer { end = offset }
    last = final
    return offset - end
  }

  /// Writes a slice of a group; where that fails, none of the group is left.
  private mutating func write(
    _ slice: [UInt8],
    at offset: Int,
    in folder: Folder
  ) throws(JournalFailure) {
    do {
      try reserve(offset + slice.count - end, in: folder)
    } catch {
      guard case .full = error, offset > end else { throw error }
      try clear(offset - end, in: folder)
      throw error
    }
    do {
      try folder.write(slice[...], to: handle, at: offset)
    } catch {
      try? clear(offset + slice.count - end, in: folder)
      throw .broken(code: error.code)
    }
  }

  /// Writes filler over what stands after the last line: it must not look like damage to the next
  /// start.
  private func clear(_ count: Int, in folder: Folder) throws(JournalFailure) {
    let filler = [UInt8](repeating: JournalContent.filler, count: count)
    do { try folder.write(filler[...], to: handle, at: end) } catch {
      throw .broken(code: error.code)
    }
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
