import Glibc
import Store
import Synchronization

/// A disk in memory that may be full, and whose calls may fail.
///
/// What is written is there at once: what a cut of the power leaves is the store's own test.
final class MemoryDisk: Disk {
  private struct State {
    var files: [Int: [UInt8]] = [:]
    var names: [String: Int] = [:]
    var handles: [Int32: Int] = [:]
    var locks: [Int: Int32] = [:]
    var nextFile = 1
    var nextHandle: Int32 = 10
    var capacity: Int?
    /// Called before each call; an errno lets it fail.
    var interfere: @Sendable () -> Int32? = { nil }
  }

  /// What a disk holds.
  struct Content: Sendable {
    fileprivate var files: [Int: [UInt8]] = [:]
    fileprivate var names: [String: Int] = [:]
    fileprivate var nextFile = 1

    var fileNames: [String] { names.keys.sorted() }

    /// The bytes of all files.
    var size: Int { Set(names.values).reduce(0) { $0 + (files[$1]?.count ?? 0) } }
  }

  private let state: Mutex<State>
  private static let folder: Int32 = 3

  init(_ content: Content = Content()) {
    var state = State()
    state.files = content.files
    state.names = content.names
    state.nextFile = content.nextFile
    self.state = Mutex(state)
  }

  var content: Content {
    state.withLock { Content(files: $0.files, names: $0.names, nextFile: $0.nextFile) }
  }

  /// Handles that are open, the folder's not counted.
  var openHandles: Int { state.withLock { $0.handles.count } }

  /// Lets writes that make files longer fail with ENOSPC beyond so many bytes in all.
  func limit(toBytes capacity: Int?) { state.withLock { $0.capacity = capacity } }

  /// Sets what is asked before each call; an errno lets the call fail.
  func interfere(_ interfere: @escaping @Sendable () -> Int32?) {
    state.withLock { $0.interfere = interfere }
  }

  // MARK: The calls

  private func call<Answer>(
    _ work: (inout State) throws(DiskError) -> Answer
  ) throws(DiskError) -> Answer {
    let interfere = state.withLock { $0.interfere }
    if let code = interfere() { throw DiskError(code) }
    return try state.withLock { (state) throws(DiskError) in try work(&state) }
  }

  private static func status(_ kind: FileStatus.Kind, size: Int, number: Int) -> FileStatus {
    FileStatus(
      kind: kind,
      mode: kind == .folder ? 0o700 : 0o600,
      owner: geteuid(),
      size: size,
      device: 1,
      number: UInt64(number)
    )
  }

  private static func status(_ state: State, _ number: Int?) throws(DiskError) -> FileStatus {
    guard let number else { throw DiskError(ENOENT) }
    return status(.file, size: state.files[number]?.count ?? 0, number: number)
  }

  private static func file(_ handle: Int32, _ state: State) throws(DiskError) -> Int {
    guard let number = state.handles[handle] else { throw DiskError(EBADF) }
    return number
  }

  func createFolder(_ path: String) throws(DiskError) {
    try call { _ throws(DiskError) in throw DiskError(EEXIST) }
  }

  func openFolder(_ path: String) throws(DiskError) -> Int32 {
    try call { _ throws(DiskError) in Self.folder }
  }

  func status(atPath path: String) throws(DiskError) -> FileStatus {
    try call { _ throws(DiskError) in Self.status(.folder, size: 0, number: 0) }
  }

  func status(of handle: Int32) throws(DiskError) -> FileStatus {
    try call { state throws(DiskError) in
      if handle == Self.folder { return Self.status(.folder, size: 0, number: 0) }
      return try Self.status(state, Self.file(handle, state))
    }
  }

  func status(_ name: String, in folder: Int32) throws(DiskError) -> FileStatus {
    try call { state throws(DiskError) in try Self.status(state, state.names[name]) }
  }

  func names(in folder: Int32) throws(DiskError) -> [String] {
    try call { state throws(DiskError) in Array(state.names.keys) }
  }

  func open(_ name: String, in folder: Int32, _ purpose: OpenPurpose) throws(DiskError) -> Int32 {
    try call { state throws(DiskError) in
      let known = state.names[name]
      switch purpose {
      case .creating: if known != nil { throw DiskError(EEXIST) }
      case .updatingOrCreating: break
      case .reading, .updating: if known == nil { throw DiskError(ENOENT) }
      }
      let number = known ?? state.nextFile
      if known == nil {
        state.nextFile += 1
        state.files[number] = []
        state.names[name] = number
      }
      state.nextHandle += 1
      state.handles[state.nextHandle] = number
      return state.nextHandle
    }
  }

  func read(_ handle: Int32, at offset: Int, count: Int) throws(DiskError) -> [UInt8] {
    try call { state throws(DiskError) in
      let bytes = state.files[try Self.file(handle, state)] ?? []
      return offset < bytes.count ? Array(bytes[offset..<min(bytes.count, offset + count)]) : []
    }
  }

  func write(
    _ bytes: ArraySlice<UInt8>,
    to handle: Int32,
    at offset: Int
  ) throws(DiskError) -> Int {
    try call { state throws(DiskError) in
      let number = try Self.file(handle, state)
      let length = state.files[number]?.count ?? 0
      var taken = bytes
      if let capacity = state.capacity, offset + bytes.count > length {
        let used = Set(state.names.values).reduce(0) { $0 + (state.files[$1]?.count ?? 0) }
        let room = max(0, capacity - used) + length - offset
        guard room > 0 else { throw DiskError(ENOSPC) }
        taken = bytes.prefix(room)
      }
      var file = state.files.removeValue(forKey: number) ?? []
      if offset > file.count {
        file += [UInt8](repeating: 0, count: offset - file.count)
      }
      let end = min(file.count, offset + taken.count)
      file.replaceSubrange(offset..<end, with: taken)
      state.files[number] = file
      return taken.count
    }
  }

  func truncate(_ handle: Int32, to length: Int) throws(DiskError) {
    try call { state throws(DiskError) in
      let number = try Self.file(handle, state)
      let bytes = state.files[number] ?? []
      state.files[number] =
        length < bytes.count
        ? Array(bytes.prefix(length))
        : bytes + [UInt8](repeating: 0, count: length - bytes.count)
    }
  }

  func setMode(_ mode: UInt32, of handle: Int32) throws(DiskError) {
    try call { state throws(DiskError) in _ = try Self.file(handle, state) }
  }

  func synchronize(_ handle: Int32) throws(DiskError) { try call { _ throws(DiskError) in } }

  func synchronizeData(_ handle: Int32) throws(DiskError) { try call { _ throws(DiskError) in } }

  func link(_ name: String, as other: String, in folder: Int32) throws(DiskError) {
    try call { state throws(DiskError) in
      guard let number = state.names[name] else { throw DiskError(ENOENT) }
      guard state.names[other] == nil else { throw DiskError(EEXIST) }
      state.names[other] = number
    }
  }

  func rename(_ name: String, to other: String, in folder: Int32) throws(DiskError) {
    try call { state throws(DiskError) in
      guard let number = state.names[name] else { throw DiskError(ENOENT) }
      // Two names of one file: nothing happens.
      if state.names[other] == number { return }
      state.names[name] = nil
      state.names[other] = number
      Self.forget(&state)
    }
  }

  func remove(_ name: String, in folder: Int32) throws(DiskError) {
    try call { state throws(DiskError) in
      guard state.names.removeValue(forKey: name) != nil else { throw DiskError(ENOENT) }
      Self.forget(&state)
    }
  }

  func lock(_ handle: Int32, isShared: Bool) throws(DiskError) -> Bool {
    try call { state throws(DiskError) in
      let number = handle == Self.folder ? 0 : try Self.file(handle, state)
      if let other = state.locks[number], other != handle { return false }
      state.locks[number] = handle
      return true
    }
  }

  func close(_ handle: Int32) {
    state.withLock { state in
      state.handles[handle] = nil
      for (number, owner) in state.locks where owner == handle { state.locks[number] = nil }
    }
  }

  /// Drops the files that have neither a name nor a handle.
  private static func forget(_ state: inout State) {
    let used = Set(state.names.values).union(state.handles.values)
    state.files = state.files.filter { used.contains($0.key) }
  }
}
