import Glibc

/// Why the state cannot be used.
package enum StoreError: Error, Equatable, Sendable {
  /// The folder or a file in it cannot be created or opened for writing.
  case cannotCreate(path: String, code: Int32)
  /// A file cannot be written, put on the medium, renamed or removed.
  case cannotWrite(path: String, code: Int32)
  /// A file cannot be read.
  case cannotRead(path: String, code: Int32)
  /// The folder is not safe: another user could change what is in it.
  case insecure(path: String, reason: String)
  /// A file is not as it was written and cannot be recovered exactly.
  case damaged(path: String, reason: String)
  /// The folder holds other files but no state.
  case foreign(path: String, name: String)
  /// The state was written by a newer version of the program.
  case newerSchema(path: String, found: Int, supported: Int)
  /// An earlier write failed in a way that leaves open what is on the medium.
  case stopped(path: String)

  /// The exit code of the program that ends for this error.
  package var exitCode: Int32 {
    switch self {
    case .damaged, .foreign, .newerSchema: 65
    case .cannotCreate, .insecure: 73
    case .cannotWrite, .cannotRead, .stopped: 74
    }
  }
}

extension StoreError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .cannotCreate(let path, let code):
      "the state cannot be created: \"\(path)\": \(Self.words(code)); \(Self.advice(code))"
    case .cannotWrite(let path, let code):
      "the state cannot be written: \"\(path)\": \(Self.words(code)); \(Self.advice(code))"
    case .cannotRead(let path, let code):
      "the state cannot be read: \"\(path)\": \(Self.words(code)); \(Self.advice(code))"
    case .insecure(let path, let reason):
      "the state directory \"\(path)\" is not safe: \(reason)"
    case .damaged(let path, let reason):
      "the state is damaged: \"\(path)\": \(reason); restore the whole directory from a backup, or "
        + "run \"gitlab-wecom baseline\" to go on from how GitLab stands now"
    case .foreign(let path, let name):
      "the state directory \"\(path)\" holds \"\(name)\" but no state; restore the state, or name an "
        + "empty directory, or run \"gitlab-wecom baseline\" to go on from how GitLab stands now"
    case .newerSchema(let path, let found, let supported):
      "the state \"\(path)\" was written by a newer gitlab-wecom: its schema is \(found), this "
        + "program knows up to \(supported); use the newer program, or restore the directory from "
        + "before the upgrade"
    case .stopped(let path):
      "the state is not written any more: an earlier write to \"\(path)\" failed; the next start "
        + "goes on from what reached the disk"
    }
  }

  private static func words(_ code: Int32) -> String {
    switch code {
    case EFBIG: "the limit of a file's size is reached"
    case EROFS: "the file system is read-only"
    case EMFILE, ENFILE: "no file descriptors are left"
    default:
      unsafe strerror(code).map { text in
        let words = unsafe String(cString: text)
        return words.prefix(1).lowercased() + words.dropFirst()
      } ?? "error \(code)"
    }
  }

  private static func advice(_ code: Int32) -> String {
    switch code {
    case ENOSPC: "free some space or inodes"
    case EDQUOT: "raise the user's quota or free some space"
    case EFBIG: "raise the limit (ulimit -f)"
    case EROFS: "mount it writable or name another state directory"
    case EACCES, EPERM: "give this user the right to it or name another state directory"
    case ENOENT, ENOTDIR: "create the folder that it is to be in"
    case EMFILE, ENFILE: "raise the limit (ulimit -n)"
    case EIO: "check the disk"
    case EISDIR, ELOOP: "remove what stands in its place"
    default: "check the disk and the directory"
    }
  }
}
