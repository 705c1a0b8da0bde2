import Sandbox

/// One story at whose every call the program is struck.
package struct Scenario: Sendable {
  package let name: String
  /// Brings the stage to the moment before the run that is struck; made once.
  var setUp: @Sendable (Stage) async throws -> Void = { _ in }
  /// What happens right before that run.
  var prepare: @Sendable (Stage) throws -> Void = { _ in }
  /// What is run and struck, and run again afterwards.
  var arguments = ["run"]
  /// What makes clean passes possible again: faults gone, keys new.
  var mend: @Sendable (Stage) throws -> Void = { _ in }

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
    package var milliseconds = 0
  }

  /// Sets the stage for this scenario and returns the moment before the run that is struck.
  package func open(_ stage: Stage) async throws -> Stage.Moment {
    try await setUp(stage)
    return stage.moment()
  }

  /// Counts the calls of the run, undisturbed.
  package func count(_ stage: Stage, from moment: Stage.Moment) async throws -> Int {
    try stage.restore(moment)
    try prepare(stage)
    return try await stage.run(arguments).calls
  }

  /// Strikes at one call, perhaps at one of the recovery too, and judges what came of it.
  ///
  /// The run begins at the given moment of the stage; the next one is killed at `recoveryCall`,
  /// unless that is nil.
  package func play(
    _ stage: Stage,
    from moment: Stage.Moment,
    _ strike: Tracer.Strike,
    at call: Int,
    recoveryCall: Int?
  ) async throws -> Outcome {
    var outcome = Outcome()
    try stage.restore(moment)
    try prepare(stage)
    let first = try await stage.run(arguments, strike, at: call)
    outcome.struck = first.struck
    outcome.milliseconds = first.milliseconds
    outcome.check(first, strike: strike, at: call)
    if let recoveryCall {
      let second = try await stage.run(arguments, .kill, at: recoveryCall)
      outcome.recoveryStruck = second.struck
      outcome.check(second, strike: .kill)
    }
    try mend(stage)
    if arguments != ["run"] {
      outcome.check(try await stage.run(arguments), strike: nil)
    }
    try await finish(stage, &outcome)
    for project in stage.paths.keys.sorted() {
      stage.push(project)
    }
    try await finish(stage, &outcome)
    return outcome
  }

  /// Lets clean passes run until all is told, and judges.
  private func finish(_ stage: Stage, _ outcome: inout Outcome) async throws {
    var verdict = Judge.Verdict()
    for _ in 0..<4 {
      let report = try await stage.run()
      outcome.check(report, strike: nil)
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
    problems += verdict.missing + verdict.problems
    let leftovers = stage.stateNames.filter { name in
      name != "lock" && name != "state.json" && name != "state.json.prev"
        && !name.hasPrefix("journal.") && !name.hasPrefix("damaged.") || name.hasSuffix(".new")
    }
    if !leftovers.isEmpty { problems.append("left over: \(leftovers)") }
    let journals = stage.stateNames.count { $0.hasPrefix("journal.") }
    if journals > 2 { problems.append("\(journals) journals are left") }
  }

  /// Checks what holds for every run, struck or not.
  fileprivate mutating func check(
    _ report: Tracer.Report,
    strike: Tracer.Strike?,
    at call: Int = 0
  ) {
    if report.output.contains("canary-") || report.output.contains(Sandbox.token) {
      problems.append("a secret is shown: \(report.output)")
    }
    switch (strike, report.struck) {
    case (.kill, .some):
      // SIGKILL is 9.
      if report.exit != .signal(9) { problems.append("killed, but ended with \(report.exit)") }
    case (.signal(let number), .some):
      // A pass that only has its files to close ends as it would have ended.
      let isLate = report.calls - call < 30
      if report.exit != .code(128 + number), !isLate {
        problems.append("signal \(number), but ended with \(report.exit): \(report.output)")
      }
      if report.milliseconds > 1500 {
        problems.append("took \(report.milliseconds) ms to end after signal \(number)")
      }
    case (.fail, .some):
      if case .signal = report.exit { problems.append("a failed call ended it: \(report.exit)") }
    default:
      if case .signal = report.exit { problems.append("ended with \(report.exit)") }
      if report.exit == .code(70) { problems.append("exit 70: \(report.output)") }
    }
  }
}
