import Glibc

/// Reading of files that people write: configuration, secrets, certificates.
package enum Files {
  /// A whole file and who may read it.
  package struct Content: Equatable, Sendable {
    /// All of the file.
    package let bytes: [UInt8]
    /// The permission bits, such as `0o600`.
    package let mode: UInt32
    /// The number of the user who owns the file.
    package let owner: UInt32
  }

  /// Returns the bytes of a regular file, following links.
  ///
  /// Never waits: a pipe or a device is an error, whatever stands at its other end.
  ///
  /// - Throws: `FileError`, `tooLarge` for a file of more than `limit` bytes.
  package static func read(_ path: String, limit: Int) throws(FileError) -> Content {
    let handle = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard handle >= 0 else {
      // A socket cannot be opened at all, and says so in words that help nobody.
      let error = SystemError.last
      throw error.code == ENXIO ? .notRegular(path: path) : FileError(path: path, error)
    }
    defer { close(handle) }
    var status = stat()
    guard unsafe fstat(handle, &status) == 0 else { throw FileError(path: path, .last) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .isFolder(path: path)
    default: throw .notRegular(path: path)
    }
    // The size is a hint only: files under /proc tell none, and any file may grow meanwhile.
    guard status.st_size <= limit else { throw .tooLarge(path: path, limit: limit) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: min(limit, max(Int(status.st_size), 4096)) + 1)
    while true {
      let count = unsafe Glibc.read(handle, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(path: path, .last) }
      guard count > 0 else { break }
      bytes += block[..<count]
      guard bytes.count <= limit else { throw .tooLarge(path: path, limit: limit) }
    }
    return Content(bytes: bytes, mode: status.st_mode & 0o7777, owner: status.st_uid)
  }

  /// Returns whether anything is at the path, links followed.
  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Returns what keeps this user from writing to a file, or from making files in a folder.
  package static func writingObstacle(_ path: String) -> SystemError? {
    unsafe faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 ? nil : .last
  }

  /// Returns the bytes of the file at the path, links followed; nil where there is none.
  package static func size(_ path: String) -> Int? {
    var status = stat()
    return unsafe fstatat(AT_FDCWD, path, &status, 0) == 0 ? Int(status.st_size) : nil
  }

  /// Returns what a symbolic link says, nil where the path is no link.
  package static func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(path, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
