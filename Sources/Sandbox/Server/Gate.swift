import Glibc
import Synchronization

/// Lets threads wait until they are released; a pair of sockets, whose end wakes them all.
final class Gate: Sendable {
  private let ends: Mutex<(reader: Int32, writer: Int32)>
  private let reader: Int32

  init() {
    var pair: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    _ = unsafe socketpair(AF_UNIX, type, 0, &pair)
    reader = pair[0]
    ends = Mutex((pair[0], pair[1]))
  }

  deinit {
    open()
    close(reader)
  }

  /// Releases all who wait, now and later.
  func open() {
    ends.withLock { ends in
      if ends.writer >= 0 { close(ends.writer) }
      ends.writer = -1
    }
  }

  /// Waits until the gate is opened, at most some milliseconds; returns whether it was.
  @discardableResult
  func wait(milliseconds: Int = -1) -> Bool {
    var descriptor = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
    let result = unsafe poll(&descriptor, 1, Int32(clamping: milliseconds))
    return result > 0
  }
}
