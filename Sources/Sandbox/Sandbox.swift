import Synchronization

/// A simulated GitLab and a simulated WeCom, honest to what is known of the real ones.
///
/// It has no sockets of its own: `respond(to:)` turns a request into an answer, in microseconds and
/// from any thread; `SandboxServer` puts it on loopback. Beside every push and job it records the
/// webhook that GitLab would have sent, so that it can judge what a bridge made of the answers.
package final class Sandbox: Sendable {
  /// The token that a new sandbox lets in: `read_api`, of the user `wecom-bridge`.
  package static let token = "glpat-sandbox-5Nk3yTwQ9c"
  /// The key of the bot that a new sandbox has.
  package static let key = "693a91f6-7aa1-4bc4-97a0-c4f1e5d0a6c4"

  private let state: Mutex<SandboxState>
  private let time: @Sendable () -> Int64

  /// Makes a GitLab with one user and one token, and a WeCom with one bot.
  ///
  /// - Parameters:
  ///   - settings: How they are set up.
  ///   - seed: Of the faults that strike by chance.
  ///   - time: The clock of both, in milliseconds since 1970.
  package init(
    settings: World.Settings = World.Settings(),
    seed: UInt64 = 1,
    time: @escaping @Sendable () -> Int64
  ) {
    self.time = time
    var world = World(settings: settings, now: time())
    world.addToken(Self.token, of: world.addUser("wecom-bridge"))
    var state = SandboxState(world: world, seed: seed)
    state.wecom.bots[Self.key] = Bot(name: "wecom")
    self.state = Mutex(state)
  }

  /// Makes a sandbox whose time is a clock that is moved by hand.
  package convenience init(
    settings: World.Settings = World.Settings(),
    seed: UInt64 = 1,
    clock: SandboxClock
  ) {
    self.init(settings: settings, seed: seed, time: { clock.now })
  }

  /// The current time of the simulated world, in milliseconds since 1970.
  package var now: Int64 { time() }

  /// Answers a request.
  package func respond(to request: SandboxRequest) -> SandboxReply {
    let now = time()
    return state.withLock { state in
      state.world.now = now
      return state.respond(to: request)
    }
  }

  // MARK: GitLab

  /// Changes or asks the GitLab world; no request is answered meanwhile.
  @discardableResult
  package func change<Result: Sendable>(_ body: (inout World) -> Result) -> Result {
    let now = time()
    return state.withLock { state in
      state.world.now = now
      return body(&state.world)
    }
  }

  /// What the relay would have been sent so far.
  package var webhooks: [RecordedWebhook] {
    state.withLock { $0.world.webhooks }
  }

  /// Takes a backup of GitLab.
  package func backup() -> World {
    state.withLock { $0.world }
  }

  /// Restores a backup: rows made since are gone, and their ids are given anew.
  ///
  /// Settings and recorded webhooks stay as they are.
  package func restore(_ backup: World) {
    state.withLock { state in
      var world = backup
      world.settings = state.world.settings
      world.webhooks = state.world.webhooks
      state.world = world
    }
  }

  // MARK: WeCom

  /// Adds a bot under a key.
  package func addBot(_ name: String, key: String) {
    state.withLock { $0.wecom.bots[key] = Bot(name: name) }
  }

  /// Removes a bot from its group: 93000 from then on.
  package func removeBot(key: String) {
    state.withLock { $0.wecom.bots[key]?.isRemoved = true }
  }

  /// Disables a bot (93004), or enables it again.
  package func setBotDisabled(_ isDisabled: Bool, key: String) {
    state.withLock { $0.wecom.bots[key]?.isDisabled = isDisabled }
  }

  /// Every message that reached WeCom, refused ones too.
  package var received: [ReceivedMessage] {
    state.withLock { $0.wecom.received }
  }

  /// The contents that a group sees, in order.
  package func messages(key: String = Sandbox.key) -> [String] {
    state.withLock { state in
      state.wecom.received.filter { $0.key == key && $0.isAccepted }.map(\.content)
    }
  }

  /// Forgets the messages received so far.
  package func clearMessages() {
    state.withLock { $0.wecom.received = [] }
  }

  // MARK: Faults and the log

  /// Adds a fault behind those that are there.
  package func add(_ fault: Fault) {
    state.withLock { $0.faults.append(fault) }
  }

  /// Removes all faults.
  package func clearFaults() {
    state.withLock { $0.faults = [] }
  }

  /// What was asked since the log was cleared.
  package var log: RequestLog {
    state.withLock { $0.log }
  }

  /// Starts the log anew.
  package func clearLog() {
    state.withLock { $0.log.clear() }
  }

  /// Sets how many requests the log keeps one by one; 0 for counts alone.
  package func setLogEntryLimit(_ limit: Int) {
    state.withLock { $0.log.entryLimit = limit }
  }

  /// Tells the log that an answer has been begun; for servers and transports.
  package func beginExchange() {
    state.withLock { state in
      state.log.concurrency += 1
      state.log.peakConcurrency = max(state.log.peakConcurrency, state.log.concurrency)
    }
  }

  /// Tells the log that an answer is complete.
  package func endExchange() {
    state.withLock { $0.log.concurrency -= 1 }
  }
}
