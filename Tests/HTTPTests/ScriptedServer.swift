import Glibc
import Synchronization

/// A server on loopback whose every connection is served by a script on a thread of its own.
///
/// Scripts block where they wait: on the client's bytes, on its closing or on a `Gate`. When the
/// server goes, its connections are shut down, so that no script can wait for ever.
final class ScriptedServer: Sendable {
  private struct State {
    var open: Set<Int32> = []
    var accepted = 0
    var peak = 0
    var isStopped = false
  }

  let port: Int
  private let listener: Int32
  private let state = Mutex(State())

  /// Starts a server; `script` is called once a connection and closes it by returning.
  init(_ script: @escaping @Sendable (Peer) -> Void) throws {
    let (listener, port) = try Self.listen()
    self.listener = listener
    self.port = port
    startThread { [self] in
      acceptAll(script)
    }
  }

  /// The address of a path on this server.
  func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

  /// How many connections have been accepted.
  var accepted: Int { state.withLock(\.accepted) }

  /// The most connections that were open at a time.
  var peak: Int { state.withLock(\.peak) }

  /// Takes no more connections and ends those that are open.
  func stop() {
    state.withLock { state in
      guard !state.isStopped else {
        return
      }
      state.isStopped = true
      for descriptor in state.open {
        shutdown(descriptor, Int32(SHUT_RDWR))
      }
      shutdown(listener, Int32(SHUT_RDWR))
    }
  }

  private func acceptAll(_ script: @escaping @Sendable (Peer) -> Void) {
    while true {
      let descriptor = accept(listener, nil, nil)
      guard descriptor >= 0 else {
        close(listener)
        return
      }
      var yes: Int32 = 1
      unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
      let isWelcome = state.withLock { state in
        guard !state.isStopped else {
          return false
        }
        state.open.insert(descriptor)
        state.accepted += 1
        state.peak = max(state.peak, state.open.count)
        return true
      }
      guard isWelcome else {
        close(descriptor)
        continue
      }
      startThread { [self] in
        script(Peer(descriptor: descriptor))
        state.withLock { state in
          _ = state.open.remove(descriptor)
          close(descriptor)
        }
      }
    }
  }

  private static func listen() throws -> (descriptor: Int32, port: Int) {
    let (descriptor, port) = try boundSocket()
    try check(Glibc.listen(descriptor, 1024))
    return (descriptor, port)
  }

  /// Returns a socket with a port of its own on loopback that does not listen yet.
  fileprivate static func boundSocket() throws -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try check(descriptor)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (bound, named) = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        (unsafe bind(descriptor, pointer, length), unsafe getsockname(descriptor, pointer, &length))
      }
    }
    try check(bound)
    try check(named)
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }

  private static func check(_ result: Int32) throws {
    guard result >= 0 else {
      throw SocketError(errno: errno)
    }
  }
}

/// A port on loopback that refuses connections for as long as this lives.
final class ClosedPort: Sendable {
  let number: Int
  private let descriptor: Int32

  init() throws {
    (descriptor, number) = try ScriptedServer.boundSocket()
  }

  deinit {
    close(descriptor)
  }
}

struct SocketError: Error {
  var errno: Int32
}

/// The server's side of one connection.
struct Peer: Sendable {
  let descriptor: Int32

  /// Reads one request with its whole body; nil when the client has closed.
  func readRequest() -> ReceivedRequest? {
    var bytes: [UInt8] = []
    while true {
      if let request = ReceivedRequest(bytes) {
        return request
      }
      guard let more = read() else {
        return nil
      }
      bytes += more
    }
  }

  /// Reads what has come, waiting for the first byte; nil when the client has closed.
  func read() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
    return count > 0 ? Array(buffer[..<count]) : nil
  }

  /// Writes everything; false when the client is gone.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else {
        return false
      }
      rest = rest.dropFirst(count)
    }
    return true
  }

  @discardableResult
  func write(_ text: String) -> Bool {
    write(Array(text.utf8))
  }

  /// Answers 200 with a length.
  @discardableResult
  func answer(_ body: String = "[]", headers: [String] = []) -> Bool {
    let lines = ["HTTP/1.1 200 OK", "Content-Length: \(body.utf8.count)"] + headers
    return write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
  }

  /// Waits until the client closes, reading what it still sends.
  func waitForClose() {
    while read() != nil {}
  }

  /// Waits without reading until the connection is reset or the server stops.
  func waitForHangUp() {
    var entry = pollfd(fd: descriptor, events: 0, revents: 0)
    while unsafe poll(&entry, 1, -1) < 0 {}
  }

  /// Makes the closing a reset.
  func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_LINGER,
      &option,
      socklen_t(MemoryLayout<linger>.size)
    )
  }
}

/// A request as the server saw it.
struct ReceivedRequest: Sendable, Equatable {
  var method: String
  var target: String
  var headers: [String]
  var body: String

  /// Reads a request, or returns nil while it is not complete.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else {
      return nil
    }
    var lines = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
    let start = lines.removeFirst().split(separator: " ")
    let lengths = lines.filter { $0.lowercased().hasPrefix("content-length: ") }
    let length = lengths.first.flatMap { Int($0.dropFirst("content-length: ".count)) } ?? 0
    let body = text[end.upperBound...]
    guard body.utf8.count >= length else {
      return nil
    }
    self.method = String(start[0])
    self.target = String(start[1])
    self.headers = lines
    self.body = String(body)
  }

  func header(_ name: String) -> String? {
    let prefix = name.lowercased() + ": "
    return headers.first { $0.lowercased().hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
  }
}

/// A door that scripts wait at until the test opens it; waiting tasks do not block a thread.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())
  private let lock = Condition()

  func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters {
      waiter.resume()
    }
    lock.open()
  }

  /// Waits on the calling thread.
  func waitBlocking() {
    lock.wait()
  }

  /// Suspends the calling task.
  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen {
          state.waiters.append(continuation)
        }
        return state.isOpen
      }
      if isOpen {
        continuation.resume()
      }
    }
  }
}

/// A pair of sockets whose end of file is the signal; any number of threads may wait for it.
private final class Condition: Sendable {
  private let ends: [Int32]

  init() {
    var ends: [Int32] = [-1, -1]
    let status = unsafe socketpair(
      AF_UNIX,
      Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue),
      0,
      &ends
    )
    precondition(status == 0, "no sockets for a test's gate")
    self.ends = ends
  }

  deinit {
    for end in ends {
      close(end)
    }
  }

  func open() {
    shutdown(ends[0], Int32(SHUT_WR))
  }

  func wait() {
    var byte: UInt8 = 0
    while unsafe read(ends[1], &byte, 1) > 0 {}
  }
}

/// What was recorded on other threads.
final class Log<Entry: Sendable>: Sendable {
  private let state = Mutex<[Entry]>([])

  func append(_ entry: Entry) {
    state.withLock { $0.append(entry) }
  }

  var entries: [Entry] { state.withLock { $0 } }
}

private final class Work: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}

/// Runs a function on a thread of its own, which nobody joins.
func startThread(_ body: @escaping @Sendable () -> Void) {
  let work = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
  var thread = pthread_t()
  let status = unsafe pthread_create(
    &thread,
    nil,
    { context in
      guard let context = unsafe context else {
        return nil
      }
      unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
      return nil
    },
    work
  )
  precondition(status == 0, "no thread for a test server")
  pthread_detach(thread)
}
