import DaySupport
import Platform
import Sandbox

/// The figures of a busy GitLab and of a large one.
extension Session {
  /// A pass in which 1,000 projects have all been active, against those who fetch the same.
  func takeActive() async throws {
    let count = 1000
    let estate = try Estate(projects: count)
    defer { estate.stop() }
    let subject = try Subject(options.program, estate: estate)
    defer { subject.remove() }
    _ = try await subject.pass()
    try subject.keepState()
    let since = SystemTime().wallMilliseconds()
    try await SystemTime().sleep(milliseconds: 1000)
    estate.activate(count)
    try estate.setLatency(20)

    var active = Active()
    let python = try await PythonRival(python: options.python, in: subject.folder)
    for round in 0..<rounds {
      say("active, round \(round + 1) of \(rounds) …")
      let pass = try await newsPass(subject, estate: estate, expecting: 2 * count)
      active.add(pass, estate)
      if round == 0 {
        active.curl = try CurlRival(addresses: estate.askedAddresses, in: subject.folder)
      }
      if let curl = active.curl { active.floor.append(try await curl.fetch()) }
      if let python, round < (options.isQuick ? 1 : 2) {
        let (script, told) = try await python.run(
          url: estate.url,
          since: since,
          in: subject.folder
        )
        guard told == 2 * count else { throw BenchError.unequal("the script told \(told)") }
        active.scripts.append(script)
      }
    }
    if active.curl == nil { remark("no curl: skipped as a rival") }
    if python == nil { remark("no Python with python-gitlab: skipped as a rival") }
    add(active)
  }

  /// What the rounds of the active pass gave.
  private struct Active {
    var ours: [Measurement] = []
    var floor: [Measurement] = []
    var scripts: [Measurement] = []
    var curl: CurlRival?
    var requests = 0
    /// The passes' wall times without the time from their first post to their last.
    var reading: [Double] = []
    /// How many requests a second the server could answer with a processor of its own.
    var capacity: [Double] = []
    /// How much of the pass the server was busy, in percent.
    var load: [Double] = []

    mutating func add(_ pass: Measurement, _ estate: Estate) {
      ours.append(pass)
      requests = estate.askedAddresses.count
      reading.append(pass.wall - estate.postingTime)
      capacity.append(Double(requests) / pass.serverProcessor * 1000)
      load.append(pass.serverProcessor / pass.wall * 100)
    }
  }

  private func add(_ active: Active) {
    let name = "active pass, N = 1,000, 20 ms"
    let curl = { (values: [Double]) in
      values.isEmpty ? nil : ("curl --parallel", Spread(values))
    }
    add(
      Figure(
        name: "requests of the \(name)",
        unit: "",
        ours: Spread([Double(active.requests)]),
        target: .none
      )
    )
    add(
      Figure(
        name: "wall of the \(name), less its posts",
        unit: "ms",
        ours: Spread(active.reading),
        rival: curl(active.floor.map(\.wall)),
        target: .timesRival(1.1)
      )
    )
    for (what, unit, value, target) in [
      ("wall of the \(name), whole", "ms", \Measurement.wall, .none),
      ("CPU of the \(name), whole", "ms", \.processor, .timesRival(2)),
      ("peak memory of the \(name)", "MB", \.peakMemory, .none),
    ] as [(String, String, KeyPath<Measurement, Double> & Sendable, Figure.Target)] {
      add(
        Figure(
          name: what,
          unit: unit,
          ours: Spread(active.ours.map { $0[keyPath: value] }),
          rival: curl(active.floor.map { $0[keyPath: value] }),
          target: target
        )
      )
    }
    add(
      Figure(
        name: "CPU of the \(name), whole",
        unit: "ms",
        ours: Spread(active.ours.map(\.processor)),
        rival: active.scripts.isEmpty
          ? nil : ("python-gitlab", Spread(active.scripts.map(\.processor))),
        target: .timesRival(0.05)
      )
    )
    add(
      Figure(
        name: "the server alone",
        unit: "requests/s",
        ours: Spread(active.capacity),
        target: .none
      )
    )
    add(
      Figure(
        name: "the server's load in the active pass",
        unit: "%",
        ours: Spread(active.load),
        target: .atMost(50)
      )
    )
    explain(active)
  }

  private func explain(_ active: Active) {
    remark(
      "curl fetches the very addresses that the pass asked GitLab for, over as many connections, "
        + "and drops the answers; it posts nothing, so the time from the first to the last of the "
        + "pass's posts (one after the other, each written to disk before and after) is taken off "
        + "its wall time; reading, comparing, composing and both writes of the state are in it"
    )
    remark(
      "the server alone: what its processor time for the pass's answers allows on one processor"
    )
    guard !active.scripts.isEmpty, !active.floor.isEmpty else { return }
    let share =
      Spread(active.scripts.map(\.processor)).median / Spread(active.floor.map(\.processor)).median
    remark(
      "the script makes the same requests with 8 threads; curl itself, which only fetches them, "
        + "takes 1/\(share.short) of the script's CPU: whoever makes the same requests through "
        + "libcurl cannot get far below that"
    )
  }

  /// Makes a pass from the kept state and makes sure that it told all there was to tell.
  func newsPass(
    _ subject: Subject,
    estate: Estate,
    expecting count: Int,
    environment: [String: String] = [:]
  ) async throws -> Measurement {
    try subject.restoreState()
    estate.sandbox.clearMessages()
    estate.sandbox.clearLog()
    let pass = try await subject.pass(environment: environment)
    let told = estate.toldCount
    guard told == count else { throw BenchError.unequal("told \(told) of \(count)") }
    return pass
  }

  /// What loading and saving 10,000 projects costs: a pass that finds one push and knows them all,
  /// less one that knows that one project alone.
  func takeState() async throws {
    let estate = try Estate(projects: 10_000)
    defer { estate.stop() }
    let one = "[\"team-0/service-0\"]"
    let small = try Subject(options.program, estate: estate, projects: one)
    let large = try Subject(options.program, estate: estate)
    defer {
      small.remove()
      large.remove()
    }
    _ = try await large.pass()
    try large.configure(projects: one)
    for subject in [small, large] {
      _ = try await subject.pass()
      try subject.keepState()
    }
    estate.activate(1)
    var walls: [Double] = []
    var times: [Double] = []
    var memory: [Double] = []
    for round in 0..<(rounds * 2) {
      say("state, round \(round + 1) of \(rounds * 2) …")
      let with = try await newsPass(large, estate: estate, expecting: 2)
      let without = try await newsPass(small, estate: estate, expecting: 2)
      walls.append(with.wall - without.wall)
      times.append(with.processor - without.processor)
      memory.append(with.peakMemory)
    }
    let name = "state of 10,000 projects, loaded and saved"
    add(Figure(name: name, unit: "ms", ours: Spread(walls), target: .atMost(300)))
    add(Figure(name: "CPU of that", unit: "ms", ours: Spread(times), target: .none))
    add(Figure(name: "peak memory of that pass", unit: "MB", ours: Spread(memory), target: .none))
  }

  /// The most memory that passes over 10,000 projects need.
  func takeMemory() async throws {
    let count = 10_000
    let estate = try Estate(projects: count)
    defer { estate.stop() }
    let subject = try Subject(options.program, estate: estate)
    defer { subject.remove() }
    var rows: [(String, Measurement)] = []
    estate.sandbox.clearLog()
    rows.append(("the first pass", try await subject.pass()))
    add("N = 10,000, the first pass", [estate.sandbox.log.kinds])
    rows.append(("an idle pass", try await subject.pass()))
    for share in [100, 1000, count] {
      say("memory, \(share) of \(count) active …")
      try subject.keepState()
      estate.activate(share)
      let pass = try await newsPass(subject, estate: estate, expecting: 2 * share)
      rows.append(("a pass with \(share) active", pass))
      add("N = 10,000, \(share) active", [estate.sandbox.log.kinds])
    }
    for (name, pass) in rows {
      add(
        Figure(
          name: "peak memory, N = 10,000, \(name)",
          unit: "MB",
          ours: Spread([pass.peakMemory]),
          target: .atMost(64)
        )
      )
      add(
        Figure(
          name: "wall, N = 10,000, \(name)",
          unit: "ms",
          ours: Spread([pass.wall]),
          target: .none
        )
      )
    }
  }
}
