import Platform
import Synchronization

/// Serves a sandbox on 127.0.0.1 over real sockets, one thread a connection.
///
/// GitLab and WeCom have different paths, so one server is both. Two servers of one sandbox let
/// either be stopped alone.
package final class SandboxServer: Sendable {
  /// What kept a server from starting.
  package enum Failure: Error, Equatable, CustomStringConvertible {
    case cannotListen(port: UInt16)

    package var description: String {
      switch self {
      case .cannotListen(let port):
        "cannot listen on 127.0.0.1:\(port) · choose another port, or 0 for any"
      }
    }
  }

  private struct Running {
    var connections: [Int: Socket] = [:]
    var lastNumber = 0
    var isAccepting = true
    var isStopped = false
    /// Keeps the port while the server is down.
    var keeper: Socket?
  }

  /// The port it listens on.
  package let port: UInt16
  private let sandbox: Sandbox
  private let listener: Socket
  private let latency: Int
  private let gates: Mutex<Gate>
  private let running = Mutex(Running())
  private let ended = Gate()

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - sandbox: What it serves.
  ///   - port: The port, or 0 for any that is free.
  ///   - latency: How long each answer takes at least, in milliseconds.
  /// - Throws: `Failure` when the port is taken, `SystemError` when there is no thread to be had.
  package init(_ sandbox: Sandbox, port: UInt16 = 0, latency: Int = 0) throws {
    guard let listening = Socket.listener(port: port) else {
      throw Failure.cannotListen(port: port)
    }
    self.sandbox = sandbox
    self.latency = latency
    self.port = listening.port
    listener = listening.socket
    gates = Mutex(Gate())
    try Thread.start { [self] in acceptConnections() }
  }

  /// The address of the server, without a slash at its end.
  package var url: String { "http://127.0.0.1:\(port)" }

  /// How many connections have been accepted so far.
  package var acceptedConnections: Int { running.withLock { $0.lastNumber } }

  /// How many connections are open now.
  package var openConnections: Int { running.withLock { $0.connections.count } }

  /// Ends all answers that stall, trickle or wait.
  package func release() {
    let gate = gates.withLock { gate in
      defer { gate = Gate() }
      return gate
    }
    gate.open()
  }

  /// Ends the server and its connections, and waits until all its threads are done.
  ///
  /// - Parameter keepsPort: Whether no other server may get the port as long as this one is there,
  ///   so that whoever asks is refused.
  package func stop(keepsPort: Bool = false) {
    let open = running.withLock { running in
      running.isStopped = true
      return Array(running.connections.values)
    }
    listener.shutDown()
    release()
    for socket in open { socket.shutDown() }
    ended.wait()
    if keepsPort {
      running.withLock { $0.keeper = Socket.keeper(ofPort: port) }
    }
  }

  private func acceptConnections() {
    while let socket = listener.accept() {
      let number = running.withLock { running -> Int? in
        guard !running.isStopped else { return nil }
        running.lastNumber += 1
        running.connections[running.lastNumber] = socket
        return running.lastNumber
      }
      guard let number else { break }
      let connection = Connection(
        socket: socket,
        sandbox: sandbox,
        currentGate: { [self] in gates.withLock { $0 } },
        latency: latency
      )
      do {
        try Thread.start { [self] in
          connection.serve()
          finish(number)
        }
      } catch {
        finish(number)
      }
    }
    listener.giveUp()
    running.withLock { $0.isAccepting = false }
    finish(0)
  }

  private func finish(_ number: Int) {
    let isLast = running.withLock { running in
      running.connections[number] = nil
      return !running.isAccepting && running.connections.isEmpty
    }
    if isLast { ended.open() }
  }
}
