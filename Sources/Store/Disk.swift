/// The file operations that the store is built from.
///
/// `SystemDisk` is the real one; tests bring disks that fail, stop or forget. All names are names
/// in a folder that was opened before: nobody can move the folder away under the store, and no
/// link is ever followed. Each call is one system call, repeated only where a signal interrupted
/// it.
package protocol Disk: Sendable {
  /// Creates a folder for its owner alone.
  func createFolder(_ path: String) throws(DiskError)

  /// Opens a folder, following a link in its last part.
  func openFolder(_ path: String) throws(DiskError) -> Int32

  /// Returns what is at a path, a link itself and not what it leads to.
  func status(atPath path: String) throws(DiskError) -> FileStatus

  /// Returns what an open handle leads to.
  func status(of handle: Int32) throws(DiskError) -> FileStatus

  /// Returns what has a name in a folder, a link itself and not what it leads to.
  func status(_ name: String, in folder: Int32) throws(DiskError) -> FileStatus

  /// Returns all names in a folder but `.` and `..`, in any order.
  func names(in folder: Int32) throws(DiskError) -> [String]

  /// Opens a file; never waits and never follows a link.
  func open(_ name: String, in folder: Int32, _ purpose: OpenPurpose) throws(DiskError) -> Int32

  /// Returns up to `count` bytes from an offset, none at the file's end.
  func read(_ handle: Int32, at offset: Int, count: Int) throws(DiskError) -> [UInt8]

  /// Writes bytes at an offset and returns how many were taken.
  func write(_ bytes: ArraySlice<UInt8>, to handle: Int32, at offset: Int) throws(DiskError) -> Int

  /// Cuts a file to a length.
  func truncate(_ handle: Int32, to length: Int) throws(DiskError)

  /// Sets a file's permission bits.
  func setMode(_ mode: UInt32, of handle: Int32) throws(DiskError)

  /// Returns when a file with all that is known of it, or a folder's names, are on the medium.
  func synchronize(_ handle: Int32) throws(DiskError)

  /// Returns when a file's bytes and its length are on the medium.
  func synchronizeData(_ handle: Int32) throws(DiskError)

  /// Gives a file a second name.
  func link(_ name: String, as other: String, in folder: Int32) throws(DiskError)

  /// Renames a file, replacing what has the other name.
  func rename(_ name: String, to other: String, in folder: Int32) throws(DiskError)

  /// Removes a name.
  func remove(_ name: String, in folder: Int32) throws(DiskError)

  /// Takes a lock that ends with the handle; false when another handle holds it.
  func lock(_ handle: Int32, isShared: Bool) throws(DiskError) -> Bool

  /// Closes a handle.
  func close(_ handle: Int32)
}

/// What the operating system answered to a file operation that failed.
package struct DiskError: Error, Equatable, Sendable {
  /// The `errno` of the call.
  package let code: Int32

  package init(_ code: Int32) { self.code = code }
}

/// What a file is opened for.
package enum OpenPurpose: Equatable, Sendable {
  case reading
  case updating
  /// Reading and writing, created with mode 0600 where it is missing.
  case updatingOrCreating
  /// Writing and reading a file that must not exist yet.
  case creating(mode: UInt32)
}

/// What is known of a file without reading it.
package struct FileStatus: Equatable, Sendable {
  /// The kinds that matter to the store.
  package enum Kind: Equatable, Sendable {
    case file
    case folder
    case link
    case other
  }

  /// What it is.
  package let kind: Kind
  /// The permission bits.
  package let mode: UInt32
  /// The number of the user who owns it.
  package let owner: UInt32
  /// The length in bytes.
  package let size: Int
  /// The device that it is on; with `number` it names the file whatever its path.
  package let device: UInt64
  /// The number that the device knows it by.
  package let number: UInt64

  package init(
    kind: Kind,
    mode: UInt32,
    owner: UInt32,
    size: Int,
    device: UInt64,
    number: UInt64
  ) {
    self.kind = kind
    self.mode = mode
    self.owner = owner
    self.size = size
    self.device = device
    self.number = number
  }

  /// Whether both are the same file, whatever its names.
  package func isSameFile(as other: FileStatus) -> Bool {
    device == other.device && number == other.number
  }
}
