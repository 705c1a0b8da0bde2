import Glibc
import Testing

/// A datagram socket that stands for the service manager.
final class Receiver {
  private let handle: Int32

  /// Binds to a path, or to an abstract name when the path begins with `@`.
  init(path: String) throws {
    handle = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &name.sun_path) { bytes in
      unsafe bytes.copyBytes(from: path.utf8)
      if path.hasPrefix("@") { unsafe bytes[0] = 0 }
    }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
    let isBound = unsafe withUnsafePointer(to: &name) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(handle, address, length) == 0
      }
    }
    try #require(isBound)
  }

  deinit { close(handle) }

  /// Returns the next datagram, nil where none has arrived.
  func receive() -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe recv(handle, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return count >= 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
