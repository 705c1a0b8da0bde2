import Glibc

/// Why a file could not be read.
package enum FileError: Error, Equatable, Sendable {
  /// There is no such file, or a folder on the way to it is missing.
  case notFound(path: String)
  /// The file or a folder on the way to it may not be read by this user.
  case notPermitted(path: String)
  /// The path leads to a folder.
  case isFolder(path: String)
  /// The path leads to a pipe, a socket or a device.
  case notRegular(path: String)
  /// The file holds more bytes than are accepted.
  case tooLarge(path: String, limit: Int)
  /// Any other answer of the operating system.
  case failed(path: String, SystemError)

  init(path: String, _ error: SystemError) {
    self =
      switch error.code {
      case ENOENT, ENOTDIR: .notFound(path: path)
      case EACCES, EPERM: .notPermitted(path: path)
      case EISDIR: .isFolder(path: path)
      default: .failed(path: path, error)
      }
  }

  /// The cause alone, without the path.
  package var reason: String {
    switch self {
    case .notFound: "no such file"
    case .notPermitted: "this user may not read it"
    case .isFolder: "it is a folder, not a file"
    case .notRegular: "it is a pipe or a device, not a file"
    case .tooLarge(_, let limit): "it is larger than \(limit) bytes"
    case .failed(_, let error): error.description
    }
  }
}

extension FileError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound(let path), .notPermitted(let path), .isFolder(let path), .notRegular(let path),
      .tooLarge(let path, _), .failed(let path, _):
      "cannot read \"\(path)\": \(reason)"
    }
  }
}
