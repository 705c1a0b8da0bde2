import Glibc
import Synchronization

/// A loopback TCP socket, closed when it is given up.
final class Socket: Sendable {
  let descriptor: Int32
  private let isOpen = Mutex(true)

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit {
    giveUp()
  }

  /// Closes the socket before its last owner is gone.
  func giveUp() {
    isOpen.withLock { isOpen in
      if isOpen { close(descriptor) }
      isOpen = false
    }
  }

  /// Returns a listening socket on 127.0.0.1 and its port, or nil where the port is taken.
  static func listener(port: UInt16) -> (socket: Socket, port: UInt16)? {
    bound(port: port) { listen($0, 1024) == 0 }
  }

  /// Returns a socket that refuses connections to a port and keeps it from others who ask for any.
  static func keeper(ofPort port: UInt16) -> Socket? {
    bound(port: port) { _ in true }?.socket
  }

  private static func bound(
    port: UInt16,
    open: (Int32) -> Bool
  ) -> (socket: Socket, port: UInt16)? {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = Glibc.socket(AF_INET, type, 0)
    guard descriptor >= 0 else { return nil }
    let socket = Socket(descriptor)
    socket.setOption(SOL_SOCKET, SO_REUSEADDR)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe bind(descriptor, pointer, length) == 0
          && open(descriptor)
          && getsockname(descriptor, pointer, &length) == 0
      }
    }
    return isBound ? (socket, UInt16(bigEndian: address.sin_port)) : nil
  }

  /// Waits for a connection; nil when the listener has been shut down.
  func accept() -> Socket? {
    while true {
      let descriptor = Glibc.accept(descriptor, nil, nil)
      if descriptor >= 0 {
        let socket = Socket(descriptor)
        socket.setOption(Int32(IPPROTO_TCP), TCP_NODELAY)
        return socket
      }
      guard errno == EINTR || errno == ECONNABORTED else { return nil }
    }
  }

  /// Ends both directions; whoever waits on the socket wakes up.
  func shutDown() {
    isOpen.withLock { isOpen in
      if isOpen { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  /// Makes the coming close a reset.
  func armReset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_LINGER,
      &option,
      socklen_t(MemoryLayout<linger>.size)
    )
  }

  /// Appends what has arrived; false at the end of the stream.
  func read(into bytes: inout [UInt8]) -> Bool {
    let chunk = 16_384
    // Without zeroes first, which a debug build writes one by one.
    let piece = unsafe [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
      var received = -1
      repeat {
        received = unsafe recv(descriptor, buffer.baseAddress, chunk, 0)
      } while received < 0 && errno == EINTR
      count = max(0, received)
    }
    bytes += piece
    return !piece.isEmpty
  }

  /// Sends all bytes; false when the other side is gone.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        return unsafe send(
          descriptor,
          base + sent,
          bytes.count - sent,
          Int32(MSG_NOSIGNAL)
        )
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  private func setOption(_ level: Int32, _ name: Int32) {
    var on: Int32 = 1
    _ = unsafe setsockopt(
      descriptor,
      level,
      name,
      &on,
      socklen_t(MemoryLayout<Int32>.size)
    )
  }
}
