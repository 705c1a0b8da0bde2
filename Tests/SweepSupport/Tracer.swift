internal import CTracer
import Glibc
internal import Platform

/// Runs a program and strikes at one of the system calls that touch its state or a socket.
package struct Tracer: Sendable {
  /// What happens at the chosen call.
  package enum Strike: Sendable, Equatable {
    /// The process is killed before the call is executed.
    case kill
    /// The process is sent a signal, and its handler has run before the call is executed.
    case signal(Int32)
    /// So many calls in a row fail; those that no signal can interrupt are spared EINTR.
    case fail(Int32, times: Int)
  }

  /// How a run ended.
  package struct Report: Sendable {
    package var exit: Exit
    /// The counted calls that were begun.
    package var calls: Int
    /// The numbers of the first of them.
    fileprivate let trace: [Int16]
    /// The call that was struck; nil when the run ended before.
    package var struck: String?
    /// From the strike to the end.
    package var milliseconds: Int
    /// What the program wrote, both streams.
    package var output: String

    /// Whether from a call on, the struck one, the program only closed what was open.
    package func onlyCloses(from call: Int) -> Bool {
      calls <= Tracer.traceLimit
        && trace[(call - 1)...].allSatisfy { Tracer.name(Int($0)) == "close" }
    }

    /// Returns the last call of a name, from 1; nil where there is none.
    package func lastCall(named name: String) -> Int? {
      trace.lastIndex { Tracer.name(Int($0)) == name }.map { $0 + 1 }
    }
  }

  private static let traceLimit = 2048

  private static func name(_ number: Int) -> String {
    unsafe String(cString: ctracer_name(number))
  }

  /// How a process ends.
  package enum Exit: Sendable, Equatable {
    case code(Int32)
    case signal(Int32)
  }

  /// What kept a program from being traced.
  package struct Failure: Error, CustomStringConvertible {
    let code: Int32

    package var description: String {
      "a program cannot be traced: \(SystemError(code)); allow ptrace and seccomp"
    }
  }

  package var program: String
  package var arguments: [String]
  package var environment = ["LANG=C.UTF-8", "PATH=/usr/bin:/bin", "SWIFT_BACKTRACE=enable=no"]
  package var directory: String
  /// The folders whose files count: the state's and the metrics'.
  package var folders: (state: String, metrics: String)
  /// The file that takes the output.
  package var outputPath: String
  package var countsSockets = true
  /// Seconds until a run that does not end is killed.
  package var timeLimit: UInt32 = 60

  package init(
    program: String,
    arguments: [String],
    directory: String,
    folders: (state: String, metrics: String),
    outputPath: String
  ) {
    self.program = program
    self.arguments = arguments
    self.directory = directory
    self.folders = folders
    self.outputPath = outputPath
  }

  /// Runs the program to its end on a thread of its own, struck at a counted call, from 1.
  ///
  /// On that thread `onStart` is called with the program's number, and `onStrike` before anything
  /// has come of the strike. Throws `Failure` where programs cannot be traced.
  package func run(
    _ strike: Strike? = nil,
    at call: Int = 0,
    onStart: @escaping @Sendable (Int32) -> Void = { _ in },
    onStrike: @escaping @Sendable () -> Void = {}
  ) async throws -> Report {
    try await withCheckedThrowingContinuation { continuation in
      do {
        try Platform.Thread.start {
          continuation.resume(
            with: Result {
              try self.runHere(strike, at: call, Callbacks(start: onStart, strike: onStrike))
            }
          )
        }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  /// What C is given to call.
  private final class Callbacks: Sendable {
    let start: @Sendable (Int32) -> Void
    let strike: @Sendable () -> Void

    init(
      start: @escaping @Sendable (Int32) -> Void,
      strike: @escaping @Sendable () -> Void
    ) {
      self.start = start
      self.strike = strike
    }
  }

  private func runHere(_ strike: Strike?, at call: Int, _ callbacks: Callbacks) throws -> Report {
    let output = unsafe open(outputPath, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw Failure(code: errno) }
    defer { close(output) }
    let texts = unsafe Self.copies(of: [program, directory, folders.state, folders.metrics])
    let arguments = unsafe Self.copies(of: [program] + arguments)
    let environment = unsafe Self.copies(of: environment)
    defer {
      let all = unsafe texts + arguments + environment
      for index in unsafe all.indices { unsafe free(all[index]) }
    }
    var run = unsafe ctracer_run()
    unsafe run.program = UnsafePointer(texts[0])
    unsafe run.directory = UnsafePointer(texts[1])
    unsafe run.folders = (UnsafePointer(texts[2]), UnsafePointer(texts[3]))
    unsafe run.output = output
    unsafe run.errors = output
    unsafe run.counts_sockets = countsSockets
    unsafe run.at = call
    unsafe run.time_limit = timeLimit
    unsafe run.action = CTRACER_NONE
    switch strike {
    case nil:
      break
    case .kill:
      unsafe run.action = CTRACER_SIGNAL
      unsafe run.code = SIGKILL
    case .signal(let number):
      unsafe run.action = CTRACER_SIGNAL
      unsafe run.code = number
    case .fail(let code, let times):
      unsafe run.action = CTRACER_FAIL
      unsafe run.code = code
      unsafe run.times = times
    }
    unsafe run.context = Unmanaged.passUnretained(callbacks).toOpaque()
    unsafe run.on_start = { context, process in
      guard let context = unsafe context else { return }
      unsafe Unmanaged<Callbacks>.fromOpaque(context).takeUnretainedValue().start(process)
    }
    unsafe run.on_strike = { context in
      guard let context = unsafe context else { return }
      unsafe Unmanaged<Callbacks>.fromOpaque(context).takeUnretainedValue().strike()
    }
    var report = ctracer_report()
    var failure: Int32 = 0
    let trace = unsafe [Int16](unsafeUninitializedCapacity: Self.traceLimit) { trace, count in
      unsafe arguments.withUnsafeBufferPointer { arguments in
        unsafe environment.withUnsafeBufferPointer { environment in
          unsafe run.arguments = arguments.baseAddress
          unsafe run.environment = environment.baseAddress
          unsafe run.trace = trace.baseAddress
          unsafe run.trace_limit = Self.traceLimit
          failure = withExtendedLifetime(callbacks) { unsafe ctracer_run(&run, &report) }
        }
      }
      count = min(report.calls, Self.traceLimit)
    }
    guard failure == 0 else { throw Failure(code: failure) }
    return Report(
      exit: report.status & 0x7F == 0
        ? .code(report.status >> 8 & 0xFF) : .signal(report.status & 0x7F),
      calls: report.calls,
      trace: trace,
      struck: report.struck < 0 ? nil : Self.name(report.struck),
      milliseconds: report.milliseconds,
      output: Self.text(of: output)
    )
  }

  /// Returns C strings to be freed, behind them a null.
  private static func copies(of texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    var copies: [UnsafeMutablePointer<CChar>?] = unsafe []
    for text in texts { unsafe copies.append(strdup(text)) }
    unsafe copies.append(nil)
    return unsafe copies
  }

  private static func text(of file: Int32) -> String {
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { return "" }
    let size = Int(status.st_size)
    // Without zeroes first: that is slow in a debug build.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = max(0, unsafe pread(file, buffer.baseAddress, size, 0))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
