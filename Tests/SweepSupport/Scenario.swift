import Sandbox
import Synchronization

/// One story at whose every call the program is struck.
package struct Scenario: Sendable {
  package let name: String
  /// Brings the stage to the moment before the run that is struck; made once.
  var setUp: @Sendable (Stage) async throws -> Void = { _ in }
  /// What happens right before that run.
  var prepare: @Sendable (Stage) throws -> Void = { _ in }
  /// What is run and struck, and run again afterwards.
  var arguments = ["run"]
  /// What goes on around it while it runs; when this ends the program is told to stop.
  var meanwhile: (@Sendable (Sandbox) async -> Void)?
  /// What makes clean passes possible again: faults gone, keys new.
  var mend: @Sendable (Stage) async throws -> Void = { _ in }

  /// How it ends undisturbed; nil where that does not matter.
  var exit: Int32?
  /// Whether the run must leave the state as it found it.
  var keepsState = false

  init(_ name: String) {
    self.name = name
  }

  /// Tells what came of one strike.
  package struct Outcome: Sendable {
    package var problems: [String] = []
    package var doubles = 0
    /// The call that was struck; nil when the run ended before.
    package var struck: String?
    package var recoveryStruck: String?
  }

  /// Sets the stage for this scenario and returns the moment before the run that is struck.
  package func open(_ stage: Stage) async throws -> Stage.Moment {
    try await setUp(stage)
    return stage.moment()
  }

  /// Runs it undisturbed.
  package func playCalmly(
    _ stage: Stage,
    from moment: Stage.Moment
  ) async throws -> Tracer.Report {
    try stage.restore(moment)
    try prepare(stage)
    let report = try await run(stage)
    if let exit, report.exit != .code(exit) {
      throw Stage.Failure.setUp("\(name) ended with \(report.exit), not \(exit)")
    }
    return report
  }

  /// Strikes at one call, perhaps at one of the recovery too, and judges what came of it.
  ///
  /// The run begins at the given moment of the stage and ends as `calm` when nothing disturbs it;
  /// the next one is killed at `recoveryCall`, unless that is nil.
  package func play(
    _ stage: Stage,
    from moment: Stage.Moment,
    calm: Tracer.Exit,
    _ strike: Tracer.Strike,
    at call: Int,
    recoveryCall: Int?
  ) async throws -> Outcome {
    var outcome = Outcome()
    try stage.restore(moment)
    try prepare(stage)
    let found = stage.stateFiles
    let posts = Mutex<Int?>(nil)
    let sandbox = stage.sandbox
    let first = try await run(stage, strike, at: call) {
      posts.withLock { $0 = sandbox.received.count }
    }
    outcome.struck = first.struck
    outcome.check(first, strike: strike, at: call, calm: calm, isWatch: isWatch)
    outcome.problems += stage.metricsProblems
    if keepsState, stage.stateFiles != found {
      outcome.problems.append("the state was touched: \(stage.stateNames)")
    }
    if case .signal = strike, let before = posts.withLock({ $0 }) {
      // The one that was on its way.
      let later = sandbox.received.count - before
      if later > 1 { outcome.problems.append("\(later) posts were begun after the signal") }
    }
    if let recoveryCall {
      let second = try await run(stage, .kill, at: recoveryCall)
      outcome.recoveryStruck = second.struck
      outcome.check(second, strike: .kill, calm: calm, isWatch: isWatch)
    }
    try await mend(stage)
    if arguments != ["run"] {
      outcome.check(try await run(stage), strike: nil, calm: calm, isWatch: isWatch)
    }
    try await finish(stage, &outcome)
    for project in stage.paths.keys.sorted() {
      stage.push(project)
    }
    try await finish(stage, &outcome)
    return outcome
  }

  private var isWatch: Bool { arguments.first == "watch" }

  private func run(
    _ stage: Stage,
    _ strike: Tracer.Strike? = nil,
    at call: Int = 0,
    onStrike: @escaping @Sendable () -> Void = {}
  ) async throws -> Tracer.Report {
    try await stage.run(arguments, strike, at: call, onStrike: onStrike, meanwhile: meanwhile)
  }

  /// Lets clean passes run until all is told, and judges.
  private func finish(_ stage: Stage, _ outcome: inout Outcome) async throws {
    var verdict = Judge.Verdict()
    for _ in 0..<4 {
      let report = try await stage.run()
      outcome.check(report, strike: nil, calm: .code(0), isWatch: false)
      verdict = Judge(stage).judge(stage.received, kills: stage.kills + stage.failures)
      if verdict.missing.isEmpty, report.exit == .code(0) {
        outcome.note(verdict, stage)
        return
      }
      if verdict.missing.isEmpty {
        verdict.problems.append("a clean pass ended with \(report.exit): \(report.output)")
      }
    }
    outcome.note(verdict, stage)
  }
}

extension Scenario.Outcome {
  fileprivate mutating func note(_ verdict: Judge.Verdict, _ stage: Stage) {
    doubles = verdict.doubles
    problems += verdict.missing + verdict.problems + stage.leaks
    let leftovers = stage.stateNames.filter { name in
      name != "lock" && name != "state.json" && name != "state.json.prev"
        && !name.hasPrefix("journal.") && !name.hasPrefix("damaged.") || name.hasSuffix(".new")
    }
    if !leftovers.isEmpty { problems.append("left over: \(leftovers)") }
    let journals = stage.stateNames.count { $0.hasPrefix("journal.") }
    if journals > 2 { problems.append("\(journals) journals are left") }
    if stage.metricsNames.contains(where: { $0.hasSuffix(".new") }) {
      problems.append("left over: \(stage.metricsNames)")
    }
  }

  /// Checks what holds for every run, struck or not.
  fileprivate mutating func check(
    _ report: Tracer.Report,
    strike: Tracer.Strike?,
    at call: Int = 0,
    calm: Tracer.Exit,
    isWatch: Bool
  ) {
    switch (strike, report.struck) {
    case (.kill, .some):
      // SIGKILL is 9.
      if report.exit != .signal(9) { problems.append("killed, but ended with \(report.exit)") }
    case (.signal(let number), .some):
      // Its handler ran before the call: whatever the pass was doing, it ends as told to. Once its
      // end is decided only connections are left to be closed, and it ends as it would have.
      let isOver = report.onlyCloses(from: call)
      if report.exit != .code(isWatch ? 0 : 128 + number), !isOver || report.exit != calm {
        problems.append("signal \(number), but ended with \(report.exit): \(report.output)")
      }
    case (.fail(let code, _), .some):
      // EINTR is 4: whoever is interrupted goes on. A state that could not be read or written is
      // not called damaged for that, and what does not matter may fail unsaid.
      let expected = code == 4 ? [calm] : [calm, .code(73), .code(74)]
      if !expected.contains(report.exit) {
        problems.append("error \(code), but ended with \(report.exit): \(report.output)")
      }
    default:
      if case .signal = report.exit { problems.append("ended with \(report.exit)") }
      if report.exit == .code(70) { problems.append("exit 70: \(report.output)") }
    }
  }
}
