import Glibc
import Synchronization

@testable import Store

/// A disk in memory that knows what is on the medium and what is not yet.
///
/// Calls can be made to fail, to write less than they were given, or to be the last ones.
final class ModelDisk: Disk {
  /// What happens at a call.
  enum Fault: Equatable, Sendable {
    case fails(Int32)
    /// From the call on all calls fail.
    case failsForever(Int32)
    /// The process ends before the call has any effect.
    case stops
    /// A write takes half of its bytes.
    case halves
    /// A renaming is done, and yet answered with an error, as over a network.
    case losesAnswer(Int32)
  }

  /// Which calls are counted to place a fault.
  enum Counting: Sendable {
    case allCalls
    case changes
  }

  struct File: Sendable {
    var kind = FileStatus.Kind.file
    var mode: UInt32 = 0o600
    /// What processes see.
    var bytes: [UInt8] = []
    /// What is on the medium.
    var medium: [UInt8] = []
    /// What was done since the last sync.
    var pending: [Change] = []
  }

  enum Change: Sendable {
    case write(at: Int, [UInt8])
    case truncate(to: Int)
  }

  enum NameChange: Sendable {
    case set(String, Int)
    case remove(String)
    case rename(String, String, Int)
  }

  struct Content: Sendable {
    var files: [Int: File] = [:]
    var names: [String: Int] = [:]
    var mediumNames: [String: Int] = [:]
    var pendingNames: [NameChange] = []
    var nextFile = 1
  }

  private struct State {
    var content: Content
    var handles: [Int32: Int] = [:]
    var locks: [Int: Int32] = [:]
    var nextHandle: Int32 = 10
    var count = 0
    var faultAt: Int?
    var fault = Fault.stops
    var counting = Counting.changes
    var isStopped = false
    var hasFailed = false
  }

  private let state: Mutex<State>
  private static let folder: Int32 = 3

  init(_ content: Content = Content()) { state = Mutex(State(content: content)) }

  var content: Content { state.withLock { $0.content } }
  var count: Int { state.withLock { $0.count } }
  var hasFailed: Bool { state.withLock { $0.hasFailed } }
  var fileNames: [String] { state.withLock { $0.content.names.keys.sorted() } }

  func arm(_ fault: Fault, at number: Int, counting: Counting) {
    state.withLock { state in
      state.count = 0
      state.hasFailed = false
      state.fault = fault
      state.faultAt = number
      state.counting = counting
    }
  }

  func bytes(_ name: String) -> [UInt8] {
    state.withLock { state in
      state.content.names[name].flatMap { state.content.files[$0]?.bytes } ?? []
    }
  }

  /// Replaces a file's bytes, on the medium too.
  func put(_ name: String, _ bytes: [UInt8]) {
    state.withLock { state in
      let number = state.content.nextFile
      state.content.nextFile += 1
      state.content.files[number] = File(bytes: bytes, medium: bytes)
      state.content.names[name] = number
      state.content.mediumNames[name] = number
    }
  }

  func delete(_ name: String) {
    state.withLock { state in
      state.content.names[name] = nil
      state.content.mediumNames[name] = nil
    }
  }

  // MARK: The calls

  private func call<Answer>(
    isChange: Bool,
    _ work: (inout State) throws(DiskError) -> Answer
  ) throws(DiskError) -> Answer {
    try state.withLock { (state) throws(DiskError) -> Answer in
      if state.isStopped { throw DiskError(EIO) }
      if isChange || state.counting == .allCalls {
        state.count += 1
        switch (state.fault, state.faultAt.map { state.count - $0 }) {
        case (.stops, 0):
          state.isStopped = true
          throw DiskError(EIO)
        case (.fails(let code), 0):
          state.hasFailed = true
          throw DiskError(code)
        case (.failsForever(let code), .some(0...)):
          state.hasFailed = true
          throw DiskError(code)
        default:
          break
        }
      }
      return try work(&state)
    }
  }

  private static func status(_ file: File, _ number: Int) -> FileStatus {
    FileStatus(
      kind: file.kind,
      mode: file.mode,
      owner: geteuid(),
      size: file.bytes.count,
      device: 1,
      number: UInt64(number)
    )
  }

  private static let folderStatus = FileStatus(
    kind: .folder,
    mode: 0o700,
    owner: geteuid(),
    size: 0,
    device: 1,
    number: 0
  )

  func createFolder(_ path: String) throws(DiskError) {
    try call(isChange: false) { _ throws(DiskError) in throw DiskError(EEXIST) }
  }

  func openFolder(_ path: String) throws(DiskError) -> Int32 {
    try call(isChange: false) { _ throws(DiskError) in Self.folder }
  }

  func status(atPath path: String) throws(DiskError) -> FileStatus {
    try call(isChange: false) { _ throws(DiskError) in Self.folderStatus }
  }

  func status(of handle: Int32) throws(DiskError) -> FileStatus {
    try call(isChange: false) { state throws(DiskError) in
      if handle == Self.folder { return Self.folderStatus }
      let (file, number) = try Self.find(handle, state)
      return Self.status(file, number)
    }
  }

  func status(_ name: String, in folder: Int32) throws(DiskError) -> FileStatus {
    try call(isChange: false) { state throws(DiskError) in
      guard let number = state.content.names[name], let file = state.content.files[number] else {
        throw DiskError(ENOENT)
      }
      return Self.status(file, number)
    }
  }

  func names(in folder: Int32) throws(DiskError) -> [String] {
    try call(isChange: false) { state throws(DiskError) in Array(state.content.names.keys) }
  }

  func open(
    _ name: String,
    in folder: Int32,
    _ purpose: OpenPurpose
  ) throws(DiskError) -> Int32 {
    var isCreating = purpose == .updatingOrCreating
    if case .creating = purpose { isCreating = true }
    return try call(isChange: isCreating) { state throws(DiskError) in
      var number = state.content.names[name]
      if case .creating = purpose, number != nil { throw DiskError(EEXIST) }
      if number == nil {
        guard isCreating else { throw DiskError(ENOENT) }
        let new = state.content.nextFile
        state.content.nextFile += 1
        state.content.files[new] = File()
        state.content.names[name] = new
        state.content.pendingNames.append(.set(name, new))
        number = new
      }
      let handle = state.nextHandle
      state.nextHandle += 1
      state.handles[handle] = number
      return handle
    }
  }

  func read(_ handle: Int32, at offset: Int, count: Int) throws(DiskError) -> [UInt8] {
    try call(isChange: false) { state throws(DiskError) in
      let bytes = try Self.find(handle, state).file.bytes
      guard offset < bytes.count else { return [] }
      return Array(bytes[offset..<min(bytes.count, offset + count)])
    }
  }

  func write(
    _ bytes: ArraySlice<UInt8>,
    to handle: Int32,
    at offset: Int
  ) throws(DiskError) -> Int {
    try call(isChange: true) { state throws(DiskError) in
      let number = try Self.find(handle, state).number
      let isHalved = state.fault == .halves && state.faultAt == state.count
      let taken = Array(isHalved ? bytes.prefix((bytes.count + 1) / 2) : bytes)
      Self.change(&state.content.files[number], .write(at: offset, taken))
      return taken.count
    }
  }

  func truncate(_ handle: Int32, to length: Int) throws(DiskError) {
    try call(isChange: true) { state throws(DiskError) in
      Self.change(&state.content.files[try Self.find(handle, state).number], .truncate(to: length))
    }
  }

  func setMode(_ mode: UInt32, of handle: Int32) throws(DiskError) {
    try call(isChange: false) { state throws(DiskError) in
      state.content.files[try Self.find(handle, state).number]?.mode = mode
    }
  }

  func synchronize(_ handle: Int32) throws(DiskError) {
    try call(isChange: true) { state throws(DiskError) in
      if handle == Self.folder {
        state.content.mediumNames = state.content.names
        state.content.pendingNames = []
      } else {
        try Self.synchronizeFile(handle, &state)
      }
    }
  }

  func synchronizeData(_ handle: Int32) throws(DiskError) {
    try call(isChange: true) { state throws(DiskError) in
      try Self.synchronizeFile(handle, &state)
    }
  }

  func link(_ name: String, as other: String, in folder: Int32) throws(DiskError) {
    try call(isChange: true) { state throws(DiskError) in
      guard let number = state.content.names[name] else { throw DiskError(ENOENT) }
      guard state.content.names[other] == nil else { throw DiskError(EEXIST) }
      state.content.names[other] = number
      state.content.pendingNames.append(.set(other, number))
    }
  }

  func rename(_ name: String, to other: String, in folder: Int32) throws(DiskError) {
    try call(isChange: true) { state throws(DiskError) in
      guard let number = state.content.names[name] else { throw DiskError(ENOENT) }
      // Two names of one file: nothing happens.
      if state.content.names[other] == number { return }
      state.content.names[name] = nil
      state.content.names[other] = number
      state.content.pendingNames.append(.rename(name, other, number))
      if case .losesAnswer(let code) = state.fault, state.faultAt == state.count {
        state.hasFailed = true
        throw DiskError(code)
      }
    }
  }

  func remove(_ name: String, in folder: Int32) throws(DiskError) {
    try call(isChange: true) { state throws(DiskError) in
      guard state.content.names[name] != nil else { throw DiskError(ENOENT) }
      state.content.names[name] = nil
      state.content.pendingNames.append(.remove(name))
    }
  }

  func lock(_ handle: Int32, isShared: Bool) throws(DiskError) -> Bool {
    try call(isChange: false) { state throws(DiskError) in
      let number = handle == Self.folder ? 0 : try Self.find(handle, state).number
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

  /// Handles that are still open, the folder's not counted.
  var openHandles: Int { state.withLock { $0.handles.count } }

  private static func find(
    _ handle: Int32,
    _ state: State
  ) throws(DiskError) -> (file: File, number: Int) {
    guard let number = state.handles[handle], let file = state.content.files[number] else {
      throw DiskError(EBADF)
    }
    return (file, number)
  }

  private static func change(_ file: inout File?, _ change: Change) {
    guard var changed = file else { return }
    file = nil
    apply(change, to: &changed.bytes)
    changed.pending.append(change)
    file = changed
  }

  private static func synchronizeFile(_ handle: Int32, _ state: inout State) throws(DiskError) {
    let number = try find(handle, state).number
    guard var file = state.content.files[number] else { return }
    file.medium = file.bytes
    file.pending = []
    state.content.files[number] = file
  }

  static func apply(_ change: Change, to bytes: inout [UInt8]) {
    switch change {
    case .write(let offset, let new):
      if bytes.count < offset + new.count {
        bytes += [UInt8](repeating: 0, count: offset + new.count - bytes.count)
      }
      bytes.replaceSubrange(offset..<(offset + new.count), with: new)
    case .truncate(let length):
      if length < bytes.count {
        bytes.removeLast(bytes.count - length)
      } else {
        bytes += [UInt8](repeating: 0, count: length - bytes.count)
      }
    }
  }
}
