internal import Platform

/// The service manager that a watch runs under, as far as it wants to hear of it.
///
/// The protocol is `sd_notify(3)`, with the watchdog of `sd_watchdog_enabled(3)`.
package struct ServiceManager: Sendable {
  /// The longest status; a manager shows one line of it.
  private static let statusLimit = 200

  /// Tells the manager something, as in `READY=1`.
  let tell: @Sendable (String) -> Void
  /// How often it wants to hear that all is alive, in milliseconds; nil for never.
  let heartbeat: Int64?
  /// How long a pass may take until it is taken to hang, in milliseconds; nil: for ever.
  let passLimit: Int64?

  /// Makes a manager.
  ///
  /// - Parameters:
  ///   - watchdog: The time without a sign of life after which it acts, in milliseconds.
  ///   - passLimit: How long a pass may take until it is taken to hang, in milliseconds.
  ///   - tell: Sends a notification.
  package init(
    watchdog: Int64? = nil,
    passLimit: Int64? = nil,
    tell: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.tell = tell
    self.passLimit = passLimit
    heartbeat = watchdog.map { max($0 / 2, 1) }
  }

  /// Makes the manager that started this process, if one did.
  ///
  /// Its watchdog counts for this process alone: `$WATCHDOG_PID` names it.
  ///
  /// - Parameters:
  ///   - passLimit: How long a pass may take until it is taken to hang, in milliseconds.
  ///   - processID: This process.
  ///   - environment: Gives a variable's value.
  /// - Returns: One that is told nothing where no service manager is.
  package static func ofProcess(
    passLimit: Int64?,
    processID: Int32,
    environment: (String) -> String?
  ) -> ServiceManager {
    guard let socket = NotifySocket(address: environment("NOTIFY_SOCKET")) else {
      return ServiceManager()
    }
    let isForUs = environment("WATCHDOG_PID").map { $0 == String(processID) } ?? true
    let microseconds = environment("WATCHDOG_USEC").flatMap { Int64($0) } ?? 0
    return ServiceManager(
      watchdog: isForUs && microseconds > 0 ? max(microseconds / 1000, 1) : nil,
      passLimit: passLimit,
      tell: { socket.send($0) }
    )
  }

  /// Tells that all is alive, where that is wanted.
  func beat() {
    if heartbeat != nil {
      tell("WATCHDOG=1")
    }
  }

  /// Does a piece of work and gives signs of life meanwhile, as long as it does not seem to hang.
  func guarding<Result: Sendable>(
    time: any TimeSource,
    _ work: @escaping @Sendable () async -> Result
  ) async -> Result {
    guard let heartbeat else { return await work() }
    let end = passLimit.map { time.bootMilliseconds() + $0 }
    return await withTaskGroup(of: Void.self) { group in
      group.addTask {
        while end.map({ time.bootMilliseconds() < $0 }) ?? true {
          beat()
          guard (try? await time.sleep(milliseconds: heartbeat)) != nil else { return }
        }
      }
      let result = await work()
      group.cancelAll()
      return result
    }
  }

  /// Returns a text as one line of a notification.
  static func line(_ text: String) -> String {
    ShownText.line(String(text.prefix { $0 != "\n" }), limit: statusLimit)
  }
}
