import Glibc

/// An open folder on a disk, whose errors name the file.
struct Folder: Sendable {
  let disk: any Disk
  let handle: Int32
  let path: String

  /// What reading a whole file came to.
  enum Reading {
    case bytes([UInt8])
    case missing
    /// Something stands there that the store has not written.
    case unusable(reason: String)
  }

  func path(of name: String) -> String { "\(path)/\(name)" }

  /// Reads a whole regular file.
  func read(_ name: String) throws(StoreError) -> Reading {
    do {
      let file = try disk.open(name, in: handle, .reading)
      defer { disk.close(file) }
      let status = try disk.status(of: file)
      guard status.kind == .file else {
        return .unusable(reason: status.kind == .folder ? "it is a folder" : "it is no file")
      }
      guard status.size <= Self.sizeLimit else { return .unusable(reason: "it is too large") }
      var bytes: [UInt8] = []
      // Usually two calls: the bytes, and the end.
      while bytes.count <= Self.sizeLimit {
        let room = max(4096, status.size + 1 - bytes.count)
        let piece = try disk.read(file, at: bytes.count, count: room)
        if piece.isEmpty { return .bytes(bytes) }
        if bytes.isEmpty { bytes = piece } else { bytes += piece }
      }
      return .unusable(reason: "it is too large")
    } catch {
      switch error.code {
      case ENOENT: return .missing
      case ELOOP: return .unusable(reason: "it is a link")
      case ENXIO, ENODEV: return .unusable(reason: "it is no file")
      case EISDIR: return .unusable(reason: "it is a folder")
      default: throw .cannotRead(path: path(of: name), code: error.code)
      }
    }
  }

  func names() throws(StoreError) -> [String] {
    do { return try disk.names(in: handle) } catch {
      throw .cannotRead(path: path, code: error.code)
    }
  }

  func status(_ name: String) -> FileStatus? { try? disk.status(name, in: handle) }

  /// Creates a file that is on the medium when this returns; leaves none behind when it fails.
  func create(_ name: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws(StoreError) {
    // Left by a pass that was killed; whoever holds the lock owns the name.
    remove(name)
    let file: Int32
    do { file = try disk.open(name, in: handle, .creating(mode: mode)) } catch {
      throw .cannotCreate(path: path(of: name), code: error.code)
    }
    defer { disk.close(file) }
    do {
      try disk.setMode(mode, of: file)
      try write(bytes[...], to: file, at: 0)
      try disk.synchronize(file)
    } catch {
      remove(name)
      throw .cannotWrite(path: path(of: name), code: error.code)
    }
  }

  /// Writes all bytes, however many calls that takes.
  func write(_ bytes: ArraySlice<UInt8>, to file: Int32, at offset: Int) throws(DiskError) {
    var rest = bytes
    while !rest.isEmpty {
      let position = offset + rest.startIndex - bytes.startIndex
      let count = try disk.write(rest, to: file, at: position)
      guard count > 0 else { throw DiskError(EIO) }
      rest = rest.dropFirst(count)
    }
  }

  func rename(_ name: String, to other: String) throws(StoreError) {
    let before = status(name)
    do { try disk.rename(name, to: other, in: handle) } catch {
      // A network file system may have renamed and lost the answer.
      if let before, let after = status(other), after.isSameFile(as: before), status(name) == nil {
        return
      }
      throw .cannotWrite(path: path(of: other), code: error.code)
    }
  }

  /// Gives a file a second name, or its copy where the file system knows no second names.
  func duplicate(_ name: String, as other: String) throws(StoreError) {
    remove(other)
    do { try disk.link(name, as: other, in: handle) } catch {
      guard [EPERM, ENOTSUP, ENOSYS, EMLINK].contains(error.code),
        case .bytes(let bytes) = try read(name)
      else { throw .cannotWrite(path: path(of: other), code: error.code) }
      try create(other, bytes)
    }
  }

  /// Removes a name where that is possible; a leftover does no harm.
  func remove(_ name: String) { try? disk.remove(name, in: handle) }

  func synchronize() throws(StoreError) {
    do { try disk.synchronize(handle) } catch {
      throw .cannotWrite(path: path, code: error.code)
    }
  }

  /// More than any state: 10,000 projects take some megabytes.
  private static let sizeLimit = 256 << 20
}
