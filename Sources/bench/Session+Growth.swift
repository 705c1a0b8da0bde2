import Platform
import Sandbox

/// A pass over a number of projects, of which some have been active.
struct GrowthCell: Sendable {
  var projects: Int
  var active: Int
  var latency: Int
  var requests: Int
  var wall: Spread
  var processor: Spread
  var memory: Spread
  /// The server's own processor time.
  var server: Spread
  /// Whether the step from a tenth of the projects costs at most ten times as much; nil without.
  var isLinear: Bool?

  static let heads = [
    "N", "active", "latency", "requests", "wall ms", "CPU ms", "CPU µs/request", "peak MB",
    "server CPU ms", "step ≤ 10 ×",
  ]

  var columns: [String] {
    let perRequest = processor.median * 1000 / Double(max(1, requests))
    return [
      String(projects), String(active), "\(latency) ms", String(requests), wall.text,
      processor.text, perRequest.short, memory.median.short, server.median.short,
      isLinear.map { $0 ? "met" : "MISSED" } ?? "",
    ]
  }
}

extension Session {
  func takeGrowth() async throws {
    for size in [1, 10, 100, 1000, 10_000] where size <= options.largestGrowth {
      try await takeGrowth(size)
    }
    for cell in growth where cell.isLinear == false {
      let share = "\(cell.active) of \(cell.projects) active"
      remark("more than linear: \(share) at \(cell.latency) ms")
    }
  }

  private func takeGrowth(_ size: Int) async throws {
    let estate = try Estate(projects: size)
    defer { estate.stop() }
    let subject = try Subject(options.program, estate: estate)
    defer { subject.remove() }
    _ = try await subject.pass()
    let shares = [0, 100, 10, 1].map { $0 == 0 ? 0 : size / $0 }
    for (index, active) in shares.enumerated() where index == 0 || active > 0 {
      // Whoever had a turn meanwhile is asked before, so that it does not count as this share's.
      try estate.setLatency(0)
      _ = try await subject.pass()
      try subject.keepState()
      estate.activate(active)
      for latency in [0, 20] {
        say("growth, N = \(size), \(active) active, \(latency) ms …")
        try estate.setLatency(latency)
        try await takeCell(subject, estate: estate, active: active, latency: latency)
      }
    }
  }

  private func takeCell(
    _ subject: Subject,
    estate: Estate,
    active: Int,
    latency: Int
  ) async throws {
    let size = estate.projects.count
    // Without news a minute has to pass for there to be anything to do.
    let ahead: Int64 = active == 0 ? 60_000 : 0
    let environment = active == 0 ? Tools.clock(ahead: ahead) : nil
    estate.advance(to: environment == nil ? 0 : ahead)
    defer { estate.advance(to: 0) }
    // A long pass is measured less often: what disturbs a short one is lost in it.
    let count = size + 10 * active > 5000 ? 2 : rounds
    var passes: [Measurement] = []
    for _ in 0..<count {
      passes.append(
        try await newsPass(
          subject,
          estate: estate,
          expecting: 2 * active,
          environment: environment ?? [:]
        )
      )
    }
    var cell = GrowthCell(
      projects: size,
      active: active,
      latency: latency,
      requests: estate.sandbox.log.gitlab,
      wall: Spread(passes.map(\.wall)),
      processor: Spread(passes.map(\.processor)),
      memory: Spread(passes.map(\.peakMemory)),
      server: Spread(passes.map(\.serverProcessor))
    )
    let tenth = growth.first {
      $0.projects * 10 == size && $0.active * 10 == active && $0.latency == latency
    }
    // A tenth may be hidden by the program's start; noise gets a twentieth.
    cell.isLinear = tenth.map {
      cell.processor.min <= 10.5 * $0.processor.min && cell.wall.min <= 10.5 * $0.wall.min
    }
    add(cell)
  }
}
