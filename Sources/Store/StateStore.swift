import Glibc
import Synchronization

/// The state directory: a checkpoint and a journal that survive any crash, under one lock.
///
/// Files of generation *g*: `state.json` holds checkpoint *g*, `journal.g` the records since,
/// `state.json.prev` checkpoint *g* − 1 and `journal.(g−1)` what led from it to *g*, so that a
/// damaged `state.json` is rebuilt exactly. `lock` is never removed nor replaced.
///
/// The order of use is `open`, `lock`, `load`, then `append`, `reserve` and `checkpoint` at will.
/// All calls block for the disk; they may come from any thread, one at a time.
package final class StateStore: Sendable {
  /// Who works with the directory, as the lock file tells people.
  package struct Holder: Equatable, Sendable {
    /// The process, 0 where the file does not tell.
    package let processID: Int32
    /// Milliseconds since 1970.
    package let since: Int64
  }

  /// What asking for the lock came to.
  package enum Locking: Equatable, Sendable {
    case acquired
    /// Another process has it; nil when it has not yet written who it is.
    case busy(Holder?)
  }

  struct Active {
    var lock: Int32?
    var journal: Journal?
    var generation = 0
    /// The file whose write failed, after which nothing is written any more.
    var broken: String?
  }

  let folder: Folder
  let schema: Int
  let growth: Int
  let active = Mutex(Active())

  /// The path of the state directory.
  package var directory: String { folder.path }

  private init(folder: Folder, schema: Int, growth: Int) {
    self.folder = folder
    self.schema = schema
    self.growth = growth
  }

  deinit { close() }

  /// Opens the state directory, creating it with mode 0700 where it is missing.
  ///
  /// A link is followed only where its owner, this user or root, is to be trusted (systemd makes
  /// such a link for a dynamic user). The folder must belong to this user and be writable for
  /// nobody else.
  ///
  /// - Throws: `StoreError.cannotCreate` or `insecure`.
  package static func open(
    directory: String,
    schema: Int,
    disk: any Disk = SystemDisk()
  ) throws(StoreError) -> StateStore {
    try open(directory: directory, schema: schema, disk: disk, growth: 16_384)
  }

  static func open(
    directory: String,
    schema: Int,
    disk: any Disk,
    growth: Int
  ) throws(StoreError) -> StateStore {
    do {
      try disk.createFolder(directory)
    } catch {
      // A read-only file system may say so before it says that the folder is there.
      guard error.code == EEXIST || (try? disk.status(atPath: directory)) != nil else {
        throw .cannotCreate(path: directory, code: error.code)
      }
    }
    return try openExisting(directory: directory, schema: schema, disk: disk, growth: growth)
  }

  /// Opens the state directory for reading alone; creates nothing.
  ///
  /// - Throws: `StoreError.cannotCreate` where there is none, or `insecure`.
  package static func openExisting(
    directory: String,
    schema: Int,
    disk: any Disk = SystemDisk()
  ) throws(StoreError) -> StateStore {
    try openExisting(directory: directory, schema: schema, disk: disk, growth: 16_384)
  }

  private static func openExisting(
    directory: String,
    schema: Int,
    disk: any Disk,
    growth: Int
  ) throws(StoreError) -> StateStore {
    let user = geteuid()
    let handle: Int32
    let status: FileStatus
    do {
      let link = try disk.status(atPath: directory)
      if link.kind == .link, link.owner != user, link.owner != 0 {
        throw StoreError.insecure(
          path: directory,
          reason: "it is a link that belongs to user \(link.owner); name the folder itself"
        )
      }
      handle = try disk.openFolder(directory)
      do { status = try disk.status(of: handle) } catch {
        disk.close(handle)
        throw error
      }
    } catch let error as StoreError {
      throw error
    } catch let error as DiskError {
      throw .cannotCreate(path: directory, code: error.code)
    } catch {
      throw .cannotCreate(path: directory, code: EIO)
    }
    var reason: String?
    if status.owner != user {
      reason = "it belongs to user \(status.owner), and this is user \(user); run as its owner"
    } else if status.mode & 0o022 != 0 {
      reason = "others may write to it; run: chmod go-w \"\(directory)\""
    }
    if let reason {
      disk.close(handle)
      throw .insecure(path: directory, reason: reason)
    }
    let folder = Folder(disk: disk, handle: handle, path: directory)
    return StateStore(folder: folder, schema: schema, growth: growth)
  }

  /// Takes the lock, or tells who has it; does not wait for it.
  ///
  /// The kernel drops the lock when the process ends, however it ends.
  ///
  /// - Throws: `StoreError.cannotCreate` where the lock file cannot be created.
  package func lock(now: Int64) throws(StoreError) -> Locking {
    try active.withLock { (active) throws(StoreError) -> Locking in
      if active.lock != nil { return .acquired }
      do throws(DiskError) {
        // `status` takes a shared lock for an instant, which must not look like a pass at work.
        for attempt in 0..<5 {
          if attempt > 0 { usleep(3000) }
          guard let handle = try acquire() else { continue }
          // The folder is locked as well: somebody may remove the lock file while it is held.
          // Where folders know no locks the file's alone must do.
          if (try? folder.disk.lock(folder.handle, isShared: false)) == false {
            folder.disk.close(handle)
            continue
          }
          active.lock = handle
          sign(handle, now: now)
          return .acquired
        }
      } catch {
        let path = folder.path(of: Self.lockName)
        throw .cannotCreate(path: path, code: error.code)
      }
      return .busy(readHolder())
    }
  }

  /// Returns who has the lock, nil where nobody has it.
  ///
  /// Right after a process has taken it, the answer may name its predecessor.
  package func holder() -> Holder? {
    guard let handle = try? folder.disk.open(Self.lockName, in: folder.handle, .reading) else {
      return nil
    }
    defer { folder.disk.close(handle) }
    guard (try? folder.disk.lock(handle, isShared: true)) == false else { return nil }
    return readHolder() ?? Holder(processID: 0, since: 0)
  }

  /// Gives lock and files back; the store cannot be used afterwards.
  package func close() {
    active.withLock { active in
      active.journal?.close(in: folder)
      if let lock = active.lock { folder.disk.close(lock) }
      active.journal = nil
      active.lock = nil
      if active.broken == nil { folder.disk.close(folder.handle) }
      active.broken = folder.path
    }
  }

  private func acquire() throws(DiskError) -> Int32? {
    // A lock file that somebody removed and made anew is another file: two would hold "the" lock.
    for _ in 0..<100 {
      let handle = try folder.disk.open(Self.lockName, in: folder.handle, .updatingOrCreating)
      do throws(DiskError) {
        let status = try folder.disk.status(of: handle)
        guard status.kind == .file else { throw DiskError(EISDIR) }
        guard try folder.disk.lock(handle, isShared: false) else {
          folder.disk.close(handle)
          return nil
        }
        if let named = folder.status(Self.lockName), named.isSameFile(as: status) { return handle }
      } catch {
        folder.disk.close(handle)
        throw error
      }
      folder.disk.close(handle)
    }
    throw DiskError(EAGAIN)
  }

  /// Writes who has the lock, for people; that it fails does no harm.
  private func sign(_ handle: Int32, now: Int64) {
    let text = Array("\(getpid()) \(now)\n".utf8)
    try? folder.write(text[...], to: handle, at: 0)
    try? folder.disk.truncate(handle, to: text.count)
  }

  private func readHolder() -> Holder? {
    guard case .bytes(let bytes)? = try? folder.read(Self.lockName) else { return nil }
    let parts = String(decoding: bytes, as: UTF8.self).split(
      separator: " ",
      omittingEmptySubsequences: false
    )
    guard parts.count == 2, let processID = Int32(parts[0]), parts[1].last == "\n",
      let since = Int64(parts[1].dropLast())
    else { return nil }
    return Holder(processID: processID, since: since)
  }

  static let lockName = "lock"
  /// The name of the file with the last checkpoint.
  package static let stateName = "state.json"
  static let previousName = "state.json.prev"
  static let newSuffix = ".new"
}
