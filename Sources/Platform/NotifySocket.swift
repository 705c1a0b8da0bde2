import Glibc

/// The socket on which a service manager hears that a service is ready, alive or stopping.
///
/// The protocol is `sd_notify(3)`: one datagram of `NAME=value` lines.
package struct NotifySocket: Sendable {
  /// A path, or `@` and a name in the abstract name space.
  package let address: String

  /// Takes the address of `$NOTIFY_SOCKET`, nil where none is set or it can be no address.
  package init?(address: String? = Environment.value("NOTIFY_SOCKET")) {
    guard let address, let first = address.utf8.first, address.utf8.count < Self.nameLimit,
      first == UInt8(ascii: "/") || (first == UInt8(ascii: "@") && address.utf8.count > 1)
    else { return nil }
    self.address = address
  }

  /// Sends one notification, such as `"READY=1"` or `"STATUS=13 projects"`.
  ///
  /// Waits a second at most; a manager that does not listen is no reason to stop.
  ///
  /// - Returns: whether the manager has it.
  @discardableResult
  package func send(_ text: String) -> Bool {
    let handle = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard handle >= 0 else { return false }
    defer { close(handle) }
    var patience = timeval(tv_sec: 1, tv_usec: 0)
    unsafe setsockopt(
      handle,
      SOL_SOCKET,
      SO_SNDTIMEO,
      &patience,
      socklen_t(MemoryLayout<timeval>.size)
    )
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &name.sun_path) { path in
      unsafe path.copyBytes(from: address.utf8)
      if unsafe path[0] == UInt8(ascii: "@") { unsafe path[0] = 0 }
    }
    // An abstract name ends where the length says, a path at its NUL: the count fits both.
    let length = socklen_t(MemoryLayout<sa_family_t>.size + address.utf8.count)
    let bytes = Array(text.utf8)
    let sent = unsafe withUnsafePointer(to: &name) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe sendto(handle, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length)
      }
    }
    return sent == bytes.count
  }

  private static let nameLimit = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
}
