import DaySupport
import Platform
import Sandbox

/// The figures of the program by itself and of small estates.
extension Session {
  func takeStartup() async throws {
    var version: [Double] = []
    var curl: [Double] = []
    let rival = Tools.path(of: "curl")
    if rival == nil { remark("no curl: skipped as a rival") }
    for _ in 0..<(rounds * 4) {
      version.append(try await Measurement.of(options.program, ["--version"]).wall)
      if let rival { curl.append(try await Measurement.of(rival, ["--version"]).wall) }
    }
    add(
      Figure(
        name: "start to exit of --version",
        unit: "ms",
        ours: Spread(version),
        rival: curl.isEmpty ? nil : ("curl --version", Spread(curl)),
        target: .atMost(12)
      )
    )
    let estate = try Estate(projects: 10)
    defer { estate.stop() }
    let subject = try Subject(options.program, estate: estate)
    defer { subject.remove() }
    _ = try await subject.pass()
    var passes: [Double] = []
    for _ in 0..<(rounds * 4) { passes.append(try await subject.pass().wall) }
    add(
      Figure(
        name: "an idle pass over 10 projects",
        unit: "ms",
        ours: Spread(passes),
        target: .atMost(60)
      )
    )
  }

  func takeSize() async throws {
    let size = Files.size(options.program) ?? 0
    // A dynamic build names the toolchain's library; its size says nothing.
    let bytes = try Files.read(options.program, limit: 1 << 30).bytes
    let isStatic = !String(decoding: bytes, as: UTF8.self).contains("libswiftCore.so")
    if !isStatic { remark("\(options.program) is no static build: its size is not judged") }
    add(
      Figure(
        name: "static binary",
        unit: "MB",
        ours: Spread([Double(size) / 1e6]),
        target: isStatic ? .atMost(18) : .none
      )
    )
  }

  /// Counts the requests of idle passes at a pass a minute over 15 minutes.
  func takeIdle() async throws {
    guard Tools.clock(ahead: 0) != nil else {
      return remark("no libfaketime: the requests of idle passes a minute apart are not counted")
    }
    for count in options.isQuick ? [10, 500] : [1, 10, 44, 45, 499, 500, 1000, 10_000] {
      say("idle, N = \(count) …")
      let estate = try Estate(projects: count)
      defer { estate.stop() }
      let subject = try Subject(options.program, estate: estate)
      defer { subject.remove() }
      _ = try await subject.pass()
      var requests: [Double] = []
      var kinds: [[RequestKind: Int]] = []
      let start = SystemTime().wallMilliseconds()
      for minute in 1...15 {
        // What the passes themselves take is part of the minutes, else these grow to sixteen.
        let ahead = Int64(minute) * 60_000 + start - SystemTime().wallMilliseconds()
        estate.advance(to: ahead)
        estate.sandbox.clearLog()
        _ = try await subject.pass(environment: Tools.clock(ahead: ahead) ?? [:])
        requests.append(Double(estate.sandbox.log.gitlab))
        kinds.append(estate.sandbox.log.kinds)
      }
      add("N = \(count), idle", kinds)
      let mean = requests.reduce(0, +) / 15
      add(
        Figure(
          name: "requests of an idle pass, N = \(count), mean of 15",
          unit: "",
          ours: Spread([mean]),
          target: .atMost(count >= 500 ? Double(count) / 3 : Double(count + 5))
        )
      )
    }
  }
}
