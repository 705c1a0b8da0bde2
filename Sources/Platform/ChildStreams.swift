import Glibc

/// The exchange with a child's streams until they end.
struct ChildStreams {
  private let command: ChildProcess.Command
  private let input: Int32?
  private let output: Int32?
  private let errors: Int32?

  init(_ spawned: Spawn, _ command: ChildProcess.Command) {
    self.command = command
    input = spawned.input
    output = spawned.output
    errors = spawned.errors
  }

  /// Feeds and reads the child until both outputs are closed, or it has ended and is silent.
  ///
  /// A grandchild may hold the outputs open long after the child: it is not waited for.
  func exchange(until hasEnded: () -> Bool) -> (output: [UInt8], errors: [UInt8]) {
    var collected: [StandardStream: [UInt8]] = [.output: [], .error: []]
    var open: [Int32: StandardStream] = [:]
    if let output { open[output] = .output }
    if let errors { open[errors] = .error }
    var unsent = command.input[...]
    var feed = input
    defer {
      for end in open.keys { close(end) }
      if let feed { close(feed) }
    }
    while !open.isEmpty || feed != nil {
      var watched = open.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      if let feed { watched.append(pollfd(fd: feed, events: Int16(POLLOUT), revents: 0)) }
      // Asked before the streams: what a child writes last must not come between the two.
      let isLast = hasEnded()
      let count = unsafe poll(&watched, nfds_t(watched.count), isLast ? 0 : 100)
      if count == 0, isLast { break }
      guard count > 0 else { continue }
      for entry in watched where entry.revents != 0 {
        if let stream = open[entry.fd] {
          let piece = read(entry.fd)
          if piece.isEmpty {
            close(entry.fd)
            open[entry.fd] = nil
          } else {
            collected[stream]?.append(contentsOf: piece)
            command.onOutput?(stream, piece)
          }
        } else if !send(&unsent, to: entry.fd) || unsent.isEmpty {
          close(entry.fd)
          feed = nil
        }
      }
    }
    return (collected[.output] ?? [], collected[.error] ?? [])
  }

  private func read(_ end: Int32) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe recv(end, &block, block.count, 0)
    return count > 0 ? Array(block[..<count]) : []
  }

  /// Sends what the child takes now; false when it does not read any more.
  private func send(_ bytes: inout ArraySlice<UInt8>, to end: Int32) -> Bool {
    let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
    let count = unsafe bytes.withUnsafeBytes { rest in
      unsafe Glibc.send(end, rest.baseAddress, rest.count, flags)
    }
    guard count >= 0 else { return errno == EAGAIN || errno == EINTR }
    bytes = bytes.dropFirst(count)
    return true
  }
}
