import Platform

/// What one run of a program took.
struct Measurement: Sendable {
  /// In milliseconds.
  var wall: Double
  /// In milliseconds.
  var processor: Double
  /// In megabytes of 10^6 bytes.
  var peakMemory: Double
  var exitCode: Int
  /// Processor time of the servers meanwhile, in milliseconds.
  var serverProcessor = 0.0

  /// The argument that makes the bench a launcher: what it measures then starts from a small
  /// process, because Linux counts the memory of whoever starts a program as the program's own.
  static let launcherArgument = "--launch"

  /// Runs a program on its own processor and measures it.
  ///
  /// - Throws: `BenchError` when it cannot be started or ends with another code than expected.
  static func of(
    _ program: String,
    _ arguments: [String],
    environment: [String: String] = [:],
    expecting codes: Set<Int> = [0]
  ) async throws -> Measurement {
    let before = Processor.time
    let result = try await ChildProcess.run(
      ChildProcess.Command(
        Executable.path ?? "",
        [launcherArgument] + environment.map { "\($0.key)=\($0.value)" } + ["--", program]
          + arguments,
        environment: Self.environment
      )
    )
    let server = before.milliseconds(to: Processor.time)
    let line = result.outputText.split(separator: "\n").last ?? ""
    let fields = line.split(separator: " ")
    guard result.exit == .code(0), fields.count == 4, let wall = Double(fields[0]),
      let processor = Double(fields[1]), let memory = Double(fields[2]),
      let code = Int(fields[3])
    else { throw BenchError.notMeasured(program, said: result.errorText) }
    guard codes.contains(code) else {
      throw BenchError.failed(program, code: code, said: result.errorText)
    }
    return Measurement(
      wall: wall,
      processor: processor,
      peakMemory: memory,
      exitCode: code,
      serverProcessor: server
    )
  }

  /// What the launcher does: starts a program, waits and prints what it took.
  ///
  /// The variables before `--` are the program's alone: a moved clock would confuse the launcher.
  static func launch(_ arguments: [String]) async throws {
    Processor.bind(to: 0)
    let settings = arguments.prefix { $0 != "--" }.map {
      $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    let command = arguments.drop { $0 != "--" }.dropFirst()
    let environment = settings.reduce(into: Self.environment) { $0[$1[0]] = $1[1] }
    let result = try await ChildProcess.run(
      ChildProcess.Command(
        command.first ?? "",
        Array(command.dropFirst()),
        environment: environment,
        collectsOutput: false
      )
    )
    let code =
      switch result.exit {
      case .code(let code): code
      case .signal(let signal): 128 + signal
      }
    let cost = result.cost
    StandardStream.output.write(
      "\n\(Duration.zero.milliseconds(to: cost.wall)) "
        + "\(Duration.zero.milliseconds(to: cost.processor)) "
        + "\(Double(cost.peakMemory) / 1e6) \(code)\n"
    )
  }

  private static let environment = ["LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"]
}

extension Duration {
  /// The milliseconds from one span to a longer one.
  func milliseconds(to other: Duration) -> Double {
    (other - self) / .milliseconds(1)
  }
}

/// What keeps a figure from being taken.
enum BenchError: Error, CustomStringConvertible {
  case notMeasured(String, said: String)
  case failed(String, code: Int, said: String)
  case missing(String)
  case unequal(String)

  var description: String {
    switch self {
    case .notMeasured(let program, let said): "\(program) could not be measured: \(said)"
    case .failed(let program, let code, let said): "\(program) ended with \(code): \(said)"
    case .missing(let path): "\"\(path)\" is missing; build the package first"
    case .unequal(let what): "not the same work: \(what)"
    }
  }
}
