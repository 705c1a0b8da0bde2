import Glibc

/// The machine's own files.
package struct SystemDisk: Disk {
  package init() {}

  package func createFolder(_ path: String) throws(DiskError) {
    try check { unsafe mkdir(path, 0o700) }
  }

  package func openFolder(_ path: String) throws(DiskError) -> Int32 {
    try check { unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
  }

  package func status(atPath path: String) throws(DiskError) -> FileStatus {
    var status = stat()
    try check { unsafe lstat(path, &status) }
    return FileStatus(status)
  }

  package func status(of handle: Int32) throws(DiskError) -> FileStatus {
    var status = stat()
    try check { unsafe fstat(handle, &status) }
    return FileStatus(status)
  }

  package func status(_ name: String, in folder: Int32) throws(DiskError) -> FileStatus {
    var status = stat()
    try check { unsafe fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) }
    return FileStatus(status)
  }

  package func names(in folder: Int32) throws(DiskError) -> [String] {
    // A handle of its own: the position of a directory stream belongs to the open description.
    let handle = try check {
      unsafe openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard let stream = unsafe fdopendir(handle) else {
      let error = DiskError(errno)
      Glibc.close(handle)
      throw error
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        guard errno == 0 else { throw DiskError(errno) }
        return names
      }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
  }

  package func open(
    _ name: String,
    in folder: Int32,
    _ purpose: OpenPurpose
  ) throws(DiskError) -> Int32 {
    let always = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
    return try check {
      switch purpose {
      case .reading: unsafe openat(folder, name, O_RDONLY | always)
      case .updating: unsafe openat(folder, name, O_RDWR | always)
      case .updatingOrCreating: unsafe openat(folder, name, O_RDWR | O_CREAT | always, 0o600)
      case .creating(let mode):
        unsafe openat(folder, name, O_RDWR | O_CREAT | O_EXCL | always, mode)
      }
    }
  }

  package func read(_ handle: Int32, at offset: Int, count: Int) throws(DiskError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    let taken = try check { unsafe pread(handle, &buffer, count, off_t(offset)) }
    buffer.removeLast(count - taken)
    return buffer
  }

  package func write(
    _ bytes: ArraySlice<UInt8>,
    to handle: Int32,
    at offset: Int
  ) throws(DiskError) -> Int {
    try check {
      unsafe bytes.withUnsafeBytes { bytes in
        unsafe pwrite(handle, bytes.baseAddress, bytes.count, off_t(offset))
      }
    }
  }

  package func truncate(_ handle: Int32, to length: Int) throws(DiskError) {
    try check { ftruncate(handle, off_t(length)) }
  }

  package func setMode(_ mode: UInt32, of handle: Int32) throws(DiskError) {
    try check { fchmod(handle, mode) }
  }

  package func synchronize(_ handle: Int32) throws(DiskError) { try check { fsync(handle) } }

  package func synchronizeData(_ handle: Int32) throws(DiskError) {
    try check { fdatasync(handle) }
  }

  package func link(_ name: String, as other: String, in folder: Int32) throws(DiskError) {
    try check { unsafe linkat(folder, name, folder, other, 0) }
  }

  package func rename(_ name: String, to other: String, in folder: Int32) throws(DiskError) {
    try check { unsafe renameat(folder, name, folder, other) }
  }

  package func remove(_ name: String, in folder: Int32) throws(DiskError) {
    try check { unsafe unlinkat(folder, name, 0) }
  }

  package func lock(_ handle: Int32, isShared: Bool) throws(DiskError) -> Bool {
    do {
      try check { flock(handle, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) }
      return true
    } catch {
      guard error.code == EWOULDBLOCK else { throw error }
      return false
    }
  }

  package func close(_ handle: Int32) { Glibc.close(handle) }

  /// Returns what a call answered, repeating it where a signal interrupted it.
  @discardableResult
  private func check<Answer: SignedInteger>(_ call: () -> Answer) throws(DiskError) -> Answer {
    while true {
      let answer = call()
      if answer >= 0 { return answer }
      guard errno == EINTR else { throw DiskError(errno) }
    }
  }
}

extension FileStatus {
  fileprivate init(_ status: stat) {
    let kind: Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
    self.init(
      kind: kind,
      mode: status.st_mode & 0o7777,
      owner: status.st_uid,
      size: Int(status.st_size),
      device: UInt64(status.st_dev),
      number: UInt64(status.st_ino)
    )
  }
}
