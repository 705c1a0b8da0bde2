import Glibc

/// Standard output or standard error, written to without ever ending the process.
package enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  /// What became of a write.
  package enum Outcome: Equatable, Sendable {
    case written
    /// The reader is gone (`| head`).
    case closed
    /// A full disk, a bad descriptor.
    case failed(SystemError)
  }

  /// Writes all bytes, waiting while the reader is slow.
  ///
  /// A reader that has gone away and a full disk are outcomes, not the end of the process.
  @discardableResult
  package func write(_ bytes: [UInt8]) -> Outcome {
    ignoreBrokenPipes
    var offset = 0
    while offset < bytes.count {
      let count = unsafe bytes[offset...].withUnsafeBytes { rest in
        unsafe Glibc.write(rawValue, rest.baseAddress, rest.count)
      }
      if count >= 0 {
        offset += count
        continue
      }
      switch errno {
      case EINTR:
        continue
      case EAGAIN:
        // Whoever shares the descriptor may have made it non-blocking.
        var wanted = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&wanted, 1, -1)
      case EPIPE:
        return .closed
      default:
        return .failed(.last)
      }
    }
    return .written
  }

  /// Writes a text as UTF-8.
  @discardableResult
  package func write(_ text: String) -> Outcome { write(Array(text.utf8)) }
}

// A write to a pipe without a reader would otherwise end the process by SIGPIPE.
private let ignoreBrokenPipes: Void = { signal(SIGPIPE, SIG_IGN) }()
