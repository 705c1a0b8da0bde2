import Platform
import Sandbox
import SweepSupport
import Synchronization

/// One sweep: which calls are struck in which scenarios, and what came of it.
struct Sweep {
  private let arguments: Arguments
  private let time = SystemTime()

  /// The strikes of one scenario.
  private struct Plan: Sendable {
    var scenario: Scenario
    var calls: Int
    /// How it ends undisturbed.
    var exit: Tracer.Exit
    var points: [Point] = []
  }

  private struct Point: Sendable {
    var call: Int
    var strike: Tracer.Strike
    var recoveryCall: Int?
  }

  private struct Tally: Sendable {
    var passed = 0
    var failed = 0
    var kills = 0
    var doubles = 0
    var unreached = 0

    static func += (left: inout Tally, right: Tally) {
      left.passed += right.passed
      left.failed += right.failed
      left.kills += right.kills
      left.doubles += right.doubles
      left.unreached += right.unreached
    }
  }

  init(_ arguments: Arguments) {
    self.arguments = arguments
  }

  /// Returns whether nothing was lost and nothing doubled without cause.
  func run() async throws -> Bool {
    let began = time.bootMilliseconds()
    let scenarios = Scenario.all.filter {
      arguments.scenario.isEmpty || $0.name.contains(arguments.scenario)
    }
    var plans = try await inParallel(scenarios) { try await count($0) }
    if arguments.isListing {
      for plan in plans { say("\(padded(plan.scenario.name)) \(plan.calls) calls") }
      say("\(plans.count) scenarios, \(plans.reduce(0) { $0 + $1.calls }) calls")
      return true
    }
    choose(&plans)
    say("seed \(arguments.seed), \(plans.reduce(0) { $0 + $1.points.count }) strikes")
    let tallies = try await inParallel(plans) { try await play($0) }
    var total = Tally()
    for tally in tallies { total += tally }
    let seconds = (time.bootMilliseconds() - began) / 1000
    say(
      "\(scenarios.count) scenarios, \(total.kills) processes killed, \(total.doubles) doubles, "
        + "\(total.unreached) runs ended before their call, seed \(arguments.seed), \(seconds) s"
    )
    say("\(total.passed) passed, \(total.failed) failed")
    return total.failed == 0
  }

  /// Does work on every item, some at a time, and returns the results in order.
  private func inParallel<Item: Sendable, Result: Sendable>(
    _ items: [Item],
    _ work: @escaping @Sendable (Item) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var results: [Int: Result] = [:]
      for (index, item) in items.enumerated() {
        if index >= arguments.workers, let (done, result) = try await group.next() {
          results[done] = result
        }
        group.addTask { (index, try await work(item)) }
      }
      for try await (done, result) in group { results[done] = result }
      return items.indices.compactMap { results[$0] }
    }
  }

  // MARK: Planning

  private func stage() throws -> Stage {
    let stage = try Stage(program: arguments.program)
    stage.countsSockets = arguments.mode != .faults
    return stage
  }

  private func count(_ scenario: Scenario) async throws -> Plan {
    let stage = try stage()
    defer { stage.remove() }
    let moment = try await scenario.open(stage)
    let report = try await scenario.playCalmly(stage, from: moment)
    return Plan(scenario: scenario, calls: report.calls, exit: report.exit)
  }

  private func choose(_ plans: inout [Plan]) {
    var random = RandomSource(seed: arguments.seed)
    var points: [(plan: Int, point: Point)] = []
    for (index, plan) in plans.enumerated() where plan.calls > 0 {
      for call in 1...plan.calls {
        for strike in strikes(at: call) {
          let isKilledAgain = arguments.mode == .kills && Int.random(in: 0..<3, using: &random) == 0
          points.append(
            (
              index,
              Point(
                call: call,
                strike: strike,
                recoveryCall: isKilledAgain ? Int.random(in: 1...plan.calls, using: &random) : nil
              )
            )
          )
        }
      }
    }
    if let sample = arguments.sample, sample < points.count {
      points.shuffle(using: &random)
      points.removeLast(points.count - sample)
    }
    for (index, point) in points { plans[index].points.append(point) }
    for index in plans.indices { plans[index].points.sort { $0.call < $1.call } }
  }

  private func strikes(at call: Int) -> [Tracer.Strike] {
    switch arguments.mode {
    case .kills: [.kill]
    case .signals: [.signal(call % 2 == 0 ? 15 : 2)]
    case .faults:
      Fault.codes.flatMap { [.fail($0, times: 1), .fail($0, times: .max)] }
    case .interruptions: [.fail(Fault.interruption, times: 1), .fail(Fault.interruption, times: 3)]
    }
  }

  /// The errors that file operations are made to give.
  private enum Fault {
    // EIO, ENOSPC, EDQUOT, EROFS, EACCES, EMFILE, EFBIG of Linux.
    static let codes: [Int32] = [5, 28, 122, 30, 13, 24, 27]
    // EINTR.
    static let interruption: Int32 = 4
  }

  // MARK: Playing

  private func play(_ plan: Plan) async throws -> Tally {
    guard !plan.points.isEmpty else { return Tally() }
    let began = time.bootMilliseconds()
    let stage = try stage()
    defer { stage.remove() }
    let moment = try await plan.scenario.open(stage)
    var tally = Tally()
    for point in plan.points {
      let outcome = try await plan.scenario.play(
        stage,
        from: moment,
        calm: plan.exit,
        point.strike,
        at: point.call,
        recoveryCall: point.recoveryCall
      )
      tally.kills += stage.kills - moment.kills
      tally.doubles += outcome.doubles
      if outcome.struck == nil { tally.unreached += 1 }
      if outcome.problems.isEmpty {
        tally.passed += 1
      } else {
        tally.failed += 1
        report(plan, point, outcome)
      }
    }
    let seconds = Double(time.bootMilliseconds() - began) / 1000
    say(
      "\(padded(plan.scenario.name)) \(plan.calls) calls, \(plan.points.count) struck, "
        + "\(tally.kills) killed, \(tally.doubles) doubles, \(tally.failed) failed, \(seconds) s"
    )
    return tally
  }

  private func report(_ plan: Plan, _ point: Point, _ outcome: Scenario.Outcome) {
    var place = "call \(point.call) (\(outcome.struck ?? "not reached")), \(point.strike)"
    if let recoveryCall = point.recoveryCall {
      place += ", recovery at \(recoveryCall) (\(outcome.recoveryStruck ?? "not reached"))"
    }
    say("FAILED \(plan.scenario.name), \(place):")
    for problem in outcome.problems.prefix(12) { say("    \(problem)") }
  }

  private func padded(_ name: String) -> String {
    name + String(repeating: " ", count: max(1, 48 - name.count))
  }

  private func say(_ text: String) {
    StandardStream.output.write(text + "\n")
  }
}
