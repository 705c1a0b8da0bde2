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

    var ours: [Measurement] = []
    var floor: [Measurement] = []
    var scripts: [Measurement] = []
    var curl: CurlRival?
    let python = try await PythonRival(python: options.python, in: subject.folder)
    for round in 0..<rounds {
      let pass = try await newsPass(subject, estate: estate, expecting: 2 * count)
      ours.append(pass)
      if round == 0 {
        let addresses = estate.askedAddresses
        curl = try CurlRival(addresses: addresses, in: subject.folder)
        let perSecond = Double(addresses.count) / pass.serverProcessor * 1000
        remark(
          "the server alone: \(perSecond.short) requests of the active pass a second, "
            + "\((pass.serverProcessor / pass.wall * 100).short) % busy in it"
        )
        add(
          Figure(
            name: "requests of the active pass, N = \(count)",
            unit: "",
            ours: Spread([Double(addresses.count)]),
            target: .none
          )
        )
      }
      if let curl { floor.append(try await curl.fetch()) }
      if let python, round < (options.isQuick ? 1 : 2) {
        let (script, told) = try await python.run(
          url: estate.url,
          since: since,
          in: subject.folder
        )
        guard told == 2 * count else { throw BenchError.unequal("the script told \(told)") }
        scripts.append(script)
      }
    }
    if curl == nil { remark("no curl: skipped as a rival") }
    if python == nil { remark("no Python with python-gitlab: skipped as a rival") }
    addActive(ours, floor: floor, scripts: scripts)
  }

  private func addActive(
    _ ours: [Measurement],
    floor: [Measurement],
    scripts: [Measurement]
  ) {
    let name = "active pass, N = 1,000, 20 ms"
    let curlName = "curl --parallel"
    for (what, value, limit) in [
      ("wall of the", \Measurement.wall, 1.1), ("CPU of the", \.processor, 2),
      ("peak memory of the", \.peakMemory, nil),
    ] as [(String, KeyPath<Measurement, Double> & Sendable, Double?)] {
      add(
        Figure(
          name: "\(what) \(name)",
          unit: limit == nil ? "MB" : "ms",
          ours: Spread(ours.map { $0[keyPath: value] }),
          rival: floor.isEmpty ? nil : (curlName, Spread(floor.map { $0[keyPath: value] })),
          target: limit.map { .timesRival($0) } ?? .none
        )
      )
    }
    add(
      Figure(
        name: "CPU of the \(name)",
        unit: "ms",
        ours: Spread(ours.map(\.processor)),
        rival: scripts.isEmpty ? nil : ("python-gitlab", Spread(scripts.map(\.processor))),
        target: .timesRival(0.05)
      )
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
    for _ in 0..<(rounds * 2) {
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
