import Glibc
import Platform
import Sandbox
import SweepSupport
import Testing

@testable import Bridge

/// A day on which everything fails now and then, and every process is killed.
@Suite struct BadDayTests {
  /// Simulated hours: more by `SWEEP_HOURS`.
  private static let hours =
    unsafe getenv("SWEEP_HOURS")
    .flatMap { unsafe Int(String(cString: $0)) } ?? 24

  /// No pass has fewer steps: a process whose life ends by then is killed for certain.
  private static let fewestSteps = 30
  /// Many passes have fewer steps than that, and come to their end.
  private static let manySteps = 160

  @Test(.timeLimit(.minutes(60)))
  func `1 to 7 and 62 with errors and a kill every minute the count holds and all is told`()
    async throws
  {
    let seed: UInt64 = 20_261_124
    let scene = SweepScene(projects: 3, seed: seed)
    var random = RandomSource(seed: seed)
    await scene.pass()
    scene.mark = scene.sandbox.webhooks.last?.sequence ?? 0
    breakThings(scene)
    var waitingMost = 0
    for minute in 0..<(Self.hours * 60) {
      work(scene, minute, &random)
      let kills = scene.kills
      let first = Int.random(in: 1...Self.fewestSteps, using: &random)
      await scene.pass(SweepScene.Life(endsAt: first), after: 25_000)
      #expect(scene.kills == kills + 1)
      let life = SweepScene.Life(endsAt: Int.random(in: 1...Self.manySteps, using: &random))
      let report = await scene.pass(life, after: 35_000)
      if !life.isOver {
        #expect(![.bug, .damaged, .cannotWrite, .cannotCreate].contains(report.exitCode))
      }
      let state = try scene.state()
      let breaches = Balance.breaches(in: state)
      #expect(breaches.isEmpty, "minute \(minute): \(breaches)")
      waitingMost = max(waitingMost, state.bots.values.reduce(0) { $0 + $1.waiting })
      if minute % 60 == 0 {
        let problems = scene.judge().problems
        #expect(problems.isEmpty, "minute \(minute): \(problems)")
      }
    }
    scene.sandbox.clearFaults()
    var verdict = scene.judge()
    // A project that failed often rests for up to four hours.
    for _ in 0..<60 where !verdict.missing.isEmpty {
      await scene.pass(after: 300_000)
      verdict = scene.judge()
    }
    let last = await scene.pass(after: 300_000)
    #expect(last.exitCode == .ok, "\(last.sayings)")
    #expect(verdict.isClean, "\(verdict.missing) \(verdict.problems)")
    #expect(verdict.doubles <= scene.kills + verdict.brokenSends)
    #expect(scene.kills > Self.hours * 60)
    print(
      "\(Self.hours) h: \(scene.kills) kills, \(verdict.brokenSends) broken sends, "
        + "\(verdict.doubles) doubles, \(scene.sandbox.received.count) posts, "
        + "up to \(waitingMost) waiting"
    )
  }

  /// 30 % of the requests to GitLab fail and 20 % of those to WeCom.
  private func breakThings(_ scene: SweepScene) {
    func add(_ effect: Fault.Effect, at endpoints: Set<Endpoint>, _ probability: Double) {
      scene.sandbox.add(Fault(effect, at: endpoints, probability: probability))
    }
    // Each is tried on what the ones before have let pass.
    add(.answer(.html(502, title: "Bad Gateway")), at: Fault.gitlab, 0.1)
    add(.answer(SandboxReply(status: 500)), at: Fault.gitlab, 0.11)
    add(.instead(.reset), at: Fault.gitlab, 0.08)
    add(.afterwards(.cut(afterBodyBytes: 40)), at: Fault.gitlab, 0.04)
    add(.limited(retryAfter: "7"), at: Fault.gitlab, 0.01)
    let wecom: Set<Endpoint> = [.wecomSend]
    add(.errcode(-1, "system busy"), at: wecom, 0.05)
    add(.errcode(45009, "api freq out of limit"), at: wecom, 0.01)
    add(.answer(.html(502, title: "Bad Gateway")), at: wecom, 0.05)
    add(.afterwards(.close), at: wecom, 0.05)
    add(.altered(status: 504, headers: []), at: wecom, 0.03)
    add(.instead(.reset), at: wecom, 0.03)
  }

  private func work(_ scene: SweepScene, _ minute: Int, _ random: inout RandomSource) {
    // Nights are quiet, and one hour is a rush.
    let hour = minute / 60 % 24
    let chance = hour < 7 ? 0.02 : hour == 14 ? 1 : 0.25
    guard Double.random(in: 0..<1, using: &random) < chance else { return }
    let project = Int.random(in: 0..<3, using: &random)
    if Int.random(in: 0..<4, using: &random) == 0 {
      scene.breakBuild(project)
    } else {
      scene.push(project)
    }
  }
}
