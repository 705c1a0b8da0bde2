import Glibc
import Synchronization

/// Another program, started beside this one, with its output collected.
///
/// Each child has a thread of its own that feeds, reads and reaps it, so that waiting holds up no
/// task. The child starts with default signal dispositions and an empty signal mask.
package final class ChildProcess: Sendable {
  /// What to start.
  package struct Command: Sendable {
    /// The program's path; `PATH` is not searched.
    package var path: String
    /// The arguments after the program's name.
    package var arguments: [String]
    /// The whole environment, nil for this process's own.
    package var environment: [String: String]?
    /// The folder to start in, nil for the current one.
    package var folder: String?
    /// The bytes of standard input, after which it ends; empty is `/dev/null`.
    package var input: [UInt8]
    /// Whether output is collected; otherwise it goes where this process's own goes.
    package var collectsOutput: Bool
    /// Called with each piece of output as it arrives, on the child's thread.
    package var onOutput: (@Sendable (StandardStream, [UInt8]) -> Void)?

    package init(
      _ path: String,
      _ arguments: [String] = [],
      environment: [String: String]? = nil,
      folder: String? = nil,
      input: [UInt8] = [],
      collectsOutput: Bool = true,
      onOutput: (@Sendable (StandardStream, [UInt8]) -> Void)? = nil
    ) {
      self.path = path
      self.arguments = arguments
      self.environment = environment
      self.folder = folder
      self.input = input
      self.collectsOutput = collectsOutput
      self.onOutput = onOutput
    }
  }

  /// How a child ended.
  package enum Exit: Equatable, Sendable {
    case code(Int32)
    case signal(Int32)
  }

  /// A child that has ended, and what it wrote.
  package struct Result: Equatable, Sendable {
    /// The exit code or the signal.
    package let exit: Exit
    /// All of standard output, empty where it was not collected.
    package let output: [UInt8]
    /// All of standard error, empty where it was not collected.
    package let errors: [UInt8]
    /// What it took, from its start to its end.
    package let cost: Cost

    /// Standard output as text, broken UTF-8 replaced.
    package var outputText: String { String(decoding: output, as: UTF8.self) }
    /// Standard error as text, broken UTF-8 replaced.
    package var errorText: String { String(decoding: errors, as: UTF8.self) }
  }

  /// What a child took of the machine, those of its own children included that it waited for.
  package struct Cost: Equatable, Sendable {
    /// From just before the start to just after the end.
    package let wall: Duration
    /// Processor time, the program's own and the system's.
    package let processor: Duration
    /// The most memory in use at a time, in bytes; at least what this process had in use itself
    /// when it started the child, as Linux counts.
    package let peakMemory: Int
  }

  private enum State {
    case running(waiting: [CheckedContinuation<Result, Never>])
    case ended(Result)
  }

  /// The child's process number.
  package let id: Int32
  private let state = Mutex(State.running(waiting: []))
  private let isReaped = Mutex(false)

  private init(id: Int32) { self.id = id }

  /// Starts a program.
  ///
  /// - Throws: `SystemError` when the program or the folder cannot be used.
  package static func start(_ command: Command) throws(SystemError) -> ChildProcess {
    let begin = ContinuousClock.now
    let spawned = try Spawn.start(command)
    let child = ChildProcess(id: spawned.id)
    try Thread.start {
      let (output, errors) = ChildStreams(spawned, command).exchange(until: child.hasEnded)
      child.finish(output: output, errors: errors, begin: begin)
    }
    return child
  }

  /// Starts a program and returns what became of it.
  ///
  /// - Throws: `SystemError` when the program or the folder cannot be used; a child that ends with
  ///   another code than 0 is a result.
  package static func run(_ command: Command) async throws(SystemError) -> Result {
    try await start(command).result()
  }

  /// Waits until the child has ended and its output is complete.
  package func result() async -> Result {
    await withCheckedContinuation { continuation in
      let ready: Result? = state.withLock { state in
        switch state {
        case .ended(let result):
          return result
        case .running(let waiting):
          state = .running(waiting: waiting + [continuation])
          return nil
        }
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }

  /// Sends the child a signal; does nothing once it has ended.
  package func send(signal number: Int32) {
    // Until it is reaped nobody else can have its number.
    isReaped.withLock { isReaped in
      if !isReaped { kill(id, number) }
    }
  }

  private func hasEnded() -> Bool {
    var information = unsafe siginfo_t()
    let options = WEXITED | WNOHANG | WNOWAIT
    guard unsafe waitid(P_PID, id_t(id), &information, options) == 0 else { return true }
    return unsafe information.si_signo == SIGCHLD
  }

  private func finish(output: [UInt8], errors: [UInt8], begin: ContinuousClock.Instant) {
    var information = unsafe siginfo_t()
    while unsafe waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    let wall = begin.duration(to: .now)
    var status: Int32 = 0
    var usage = rusage()
    isReaped.withLock { isReaped in
      while unsafe wait4(id, &status, 0, &usage) < 0, errno == EINTR {}
      isReaped = true
    }
    let exit = status & 0x7F == 0 ? Exit.code(status >> 8 & 0xFF) : .signal(status & 0x7F)
    let result = Result(
      exit: exit,
      output: output,
      errors: errors,
      cost: Cost(
        wall: wall,
        processor: Self.duration(usage.ru_utime) + Self.duration(usage.ru_stime),
        peakMemory: usage.ru_maxrss * 1024
      )
    )
    let waiting = state.withLock { state in
      defer { state = .ended(result) }
      if case .running(let waiting) = state { return waiting }
      return []
    }
    for continuation in waiting { continuation.resume(returning: result) }
  }

  private static func duration(_ time: timeval) -> Duration {
    .seconds(time.tv_sec) + .microseconds(time.tv_usec)
  }
}
