import Platform
import Sandbox

extension Scenario {
  /// Every scenario, in a fixed order.
  package static let all: [Scenario] =
    beginnings + news + refusals + outages + repairs + changes + commands

  private static func begin(_ stage: Stage) async throws {
    try await stage.pass()
    stage.mark = stage.sandbox.webhooks.last?.sequence ?? 0
  }

  // MARK: How it begins

  private static var beginnings: [Scenario] {
    var first = Scenario("first pass")
    first.prepare = { $0.mark = $0.sandbox.webhooks.last?.sequence ?? 0 }
    var idle = Scenario("idle pass")
    idle.setUp = begin
    var idleAgain = Scenario("idle pass over a journal")
    idleAgain.setUp = { stage in
      try await begin(stage)
      stage.push(stage.manual)
      try await stage.pass()
      for _ in 0..<3 { try await stage.pass() }
    }
    return [first, idle, idleAgain]
  }

  // MARK: What is told

  private static var news: [Scenario] {
    var one = Scenario("one push")
    one.setUp = begin
    one.prepare = { $0.push($0.manual) }

    var many = Scenario("many pushes to several bots")
    many.setUp = { stage in
      stage.configuration.bots.append("ops")
      stage.configuration.routes.append(
        StageConfiguration.Route(bots: ["ops"], projects: ["docs/**", "platform/api"], title: "运维")
      )
      try await begin(stage)
    }
    many.prepare = { stage in
      for round in 0..<3 {
        stage.push(stage.manual, commits: round + 1)
        stage.push(stage.api, branch: "feature")
      }
    }

    var builds = Scenario("failed builds")
    builds.setUp = begin
    builds.prepare = { stage in
      stage.breakBuild(stage.api)
      stage.breakBuild(stage.manual)
    }

    var digest = Scenario("folding into digests")
    digest.setUp = { stage in
      stage.configuration.digestAbove = 4
      try await begin(stage)
    }
    digest.prepare = { stage in
      for _ in 0..<4 { stage.push(stage.manual) }
      for _ in 0..<3 { stage.push(stage.site) }
      stage.breakBuild(stage.manual)
      stage.push(stage.api)
    }

    var digests = Scenario("several digests")
    digests.setUp = digest.setUp
    digests.prepare = { stage in
      let note = " " + String(repeating: "很长的标题", count: 30)
      for number in 0..<40 { stage.push(number % 2 == 0 ? stage.manual : stage.site, note: note) }
    }

    var pace = Scenario("deadline cut while waiting for the pace")
    pace.setUp = { stage in
      stage.configuration.messagesPerMinute = 2
      stage.configuration.deadline = "2s"
      try await begin(stage)
    }
    pace.prepare = { stage in for _ in 0..<5 { stage.push(stage.manual) } }
    pace.mend = { $0.configuration.messagesPerMinute = 600 }
    return [one, many, builds, digest, digests, pace]
  }

  // MARK: What WeCom refuses

  private static func refused(
    _ name: String,
    _ faults: [Fault],
    note: String = "",
    losesFirst: Bool = false
  ) -> Scenario {
    var scenario = Scenario(name)
    scenario.setUp = begin
    scenario.prepare = { stage in
      for fault in faults { stage.sandbox.add(fault) }
      stage.push(stage.manual, note: note)
      if losesFirst { stage.optional.formUnion(stage.sandbox.webhooks.suffix(1).map(\.sequence)) }
      stage.push(stage.manual, note: note)
      stage.push(stage.api)
    }
    scenario.mend = { stage in
      stage.sandbox.clearFaults()
      stage.configuration.keyGeneration += 1
    }
    return scenario
  }

  private static var refusals: [Scenario] {
    let post: Set<Endpoint> = [.wecomSend]
    var retry = refused("retry after a rate limit", [])
    retry.setUp = { stage in
      try await begin(stage)
      stage.sandbox.add(Fault(.errcode(45009, "api freq out of limit"), at: post))
      for _ in 0..<3 { stage.push(stage.manual) }
      try await stage.pass()
      stage.sandbox.clearFaults()
    }
    // The run that is struck tries again what was refused.
    retry.prepare = { stage in
      stage.configuration.keyGeneration += 1
      stage.push(stage.api)
    }
    let lost = SandboxReply.html(502, title: "Bad Gateway")
    return [
      refused("rate limited", [Fault(.errcode(45009, "api freq out of limit"), at: post)]),
      retry,
      refused(
        "refused bot",
        [Fault(.errcode(93000, "invalid webhook url"), at: post, text: "canary-docs")]
      ),
      refused("WeCom answers 502", [Fault(.answer(lost), at: post, times: 2)]),
      refused(
        "WeCom answers 502 after it took the message",
        [
          Fault(.altered(status: 502, headers: []), at: post, times: 1)
        ]
      ),
      refused("the answer is reset", [Fault(.afterwards(.reset), at: post, times: 1)]),
      refused("the answer is lost for each bot", [Fault(.afterwards(.close), at: post, times: 2)]),
      refused("the connection is reset before", [Fault(.instead(.reset), at: post)]),
      refused(
        "message refused twice and kept aside",
        [Fault(.errcode(44004, "empty content"), at: post, text: "canary-docs", times: 2)],
        // Long, so that it can be shortened once before it is kept aside.
        note: " " + String(repeating: "keep me ", count: 80),
        losesFirst: true
      ),
      refused(
        "message shortened",
        [Fault(.errcode(40058, "content exceed max length"), at: post, times: 1)],
        note: " " + String(repeating: "shorten me ", count: 60)
      ),
    ]
  }

  // MARK: What is down

  private static var outages: [Scenario] {
    var gitlab = Scenario("GitLab down with a queue")
    gitlab.setUp = { stage in
      try await begin(stage)
      stage.sandbox.add(Fault(.instead(.reset), at: [.wecomSend]))
      for _ in 0..<3 { stage.push(stage.manual) }
      try await stage.pass(exit: [1])
      stage.sandbox.clearFaults()
    }
    gitlab.prepare = { stage in
      stage.sandbox.add(Fault(.answer(SandboxReply(status: 401)), at: Fault.gitlab))
      stage.configuration.keyGeneration += 1
      stage.push(stage.manual)
    }
    gitlab.mend = { $0.sandbox.clearFaults() }

    var begins = Scenario("a trouble begins")
    begins.setUp = begin
    begins.prepare = { stage in
      stage.sandbox.add(Fault(.answer(SandboxReply(status: 401)), at: Fault.gitlab))
      stage.push(stage.manual)
    }
    begins.mend = { $0.sandbox.clearFaults() }

    var ends = Scenario("a trouble ends")
    ends.setUp = { stage in
      try await begin(stage)
      stage.sandbox.add(Fault(.answer(SandboxReply(status: 401)), at: Fault.gitlab))
      stage.push(stage.manual)
      try await stage.pass(exit: [77])
      stage.sandbox.clearFaults()
    }

    var partly = Scenario("one project fails")
    partly.setUp = begin
    partly.prepare = { stage in
      stage.sandbox.add(
        Fault(
          .answer(SandboxReply(status: 500)),
          at: [.events],
          projectID: stage.site
        )
      )
      for project in [stage.manual, stage.site, stage.api] { stage.push(project) }
    }
    partly.mend = { $0.sandbox.clearFaults() }

    var alert = Scenario("a trouble that a bot is told of")
    alert.setUp = { stage in
      stage.configuration.bots.append("ops")
      stage.configuration.alertBots = ["ops"]
      try await begin(stage)
    }
    alert.prepare = begins.prepare
    alert.mend = begins.mend
    return [gitlab, begins, ends, partly, alert]
  }

  // MARK: What is repaired

  private static func repair(
    _ name: String,
    _ damage: @escaping @Sendable (Stage) throws -> Void
  ) -> Scenario {
    var scenario = Scenario(name)
    scenario.setUp = { stage in
      try await begin(stage)
      stage.push(stage.manual)
      try await stage.pass()
      stage.push(stage.site)
      try await stage.pass()
    }
    scenario.prepare = { stage in
      stage.push(stage.manual)
      try damage(stage)
    }
    return scenario
  }

  private static var repairs: [Scenario] {
    var intent = Scenario("an intent without an outcome")
    intent.setUp = { stage in try await kill(stage, at: "recvfrom") }
    var outcome = Scenario("a journal left by a crash")
    outcome.setUp = { stage in try await kill(stage, at: "fdatasync") }
    var checkpoint = Scenario("a checkpoint left half done")
    checkpoint.setUp = { stage in try await kill(stage, at: "renameat") }
    return [
      repair("state.json cut in half") { stage in
        let bytes = stage.stateBytes("state.json")
        try stage.setState("state.json", Array(bytes.prefix(bytes.count / 2)))
      },
      repair("state.json missing") { try $0.setState("state.json", nil) },
      repair("a torn journal line") { stage in
        guard let name = stage.stateNames.last(where: { $0.hasPrefix("journal.") }) else { return }
        var bytes = stage.stateBytes(name)
        let end = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        bytes.replaceSubrange(end..<min(end + 9, bytes.count), with: Array("{\"half\":1".utf8))
        try stage.setState(name, bytes)
      },
      intent, outcome, checkpoint, killedTwice, tooDamaged,
    ]
  }

  /// A recovery that was killed itself, at the same place as the pass before it.
  private static var killedTwice: Scenario {
    var twice = Scenario("a recovery that was killed too")
    twice.setUp = { stage in
      for _ in 0..<2 { try await kill(stage, at: "recvfrom", afresh: stage.kills == 0) }
    }
    return twice
  }

  /// A state that cannot be recovered: refused with 65, left as it is, and begun anew by command.
  private static var tooDamaged: Scenario {
    var damaged = Scenario("a state damaged beyond repair")
    damaged.setUp = { stage in
      try await begin(stage)
      stage.push(stage.manual)
      try await stage.pass()
    }
    damaged.prepare = { stage in
      stage.push(stage.site)
      stage.optional.formUnion(stage.sandbox.webhooks.suffix(1).map(\.sequence))
      for name in ["state.json", "state.json.prev"] {
        try stage.setState(name, Array(stage.stateBytes(name).dropLast(9)))
      }
    }
    damaged.exit = 65
    damaged.keepsState = true
    damaged.mend = { stage in
      let report = try await stage.run(["baseline"])
      guard report.exit == .code(0) else {
        throw Stage.Failure.setUp("a baseline ended with \(report.exit): \(report.output)")
      }
    }
    return damaged
  }

  /// Leaves the stage as a kill before the last such call of a busy pass leaves it.
  private static func kill(
    _ stage: Stage,
    at name: String,
    afresh: Bool = true
  ) async throws {
    if afresh {
      try await begin(stage)
      for _ in 0..<3 { stage.push(stage.manual) }
      stage.push(stage.api)
    }
    let moment = stage.moment()
    // Calls on files come in the same order each time, those on sockets nearly.
    let countsSockets = stage.countsSockets
    stage.countsSockets = name == "recvfrom"
    defer { stage.countsSockets = countsSockets }
    for _ in 0..<20 {
      let call = try await stage.run().lastCall(named: name)
      try stage.restore(moment)
      if let call, try await stage.run(["run"], .kill, at: call).struck == name { return }
      try stage.restore(moment)
    }
    throw Stage.Failure.setUp("no call \(name) was seen twice at the same place")
  }

  // MARK: What changes

  private static var changes: [Scenario] {
    var discovery = Scenario("another selection of projects")
    discovery.setUp = { stage in
      stage.configuration.routes[0].projects = ["docs/manual"]
      try await begin(stage)
    }
    discovery.prepare = { stage in
      stage.push(stage.manual)
      stage.configuration.routes[0].projects = ["docs/**"]
    }

    var newcomer = Scenario("a new project, newly selected")
    newcomer.setUp = begin
    newcomer.prepare = { stage in
      let docs = stage.docs
      let id = stage.sandbox.change { $0.addProject("fresh", name: "新项目", in: docs) }
      stage.paths[id] = "docs/fresh"
      // Another selection makes discovery ask again.
      stage.configuration.routes[0].projects = ["docs/**", "docs/fresh"]
      stage.push(id)
      // Selected and seen at once, it is not known to be younger than its selection.
      stage.optional.formUnion(stage.sandbox.webhooks.suffix(1).map(\.sequence))
    }

    var rename = Scenario("a renamed project")
    rename.setUp = begin
    rename.prepare = { stage in
      stage.push(stage.manual)
      let manual = stage.manual
      stage.sandbox.change { $0.renameProject(manual, path: "handbook", name: "手册") }
      stage.paths[manual] = "docs/handbook"
      stage.push(manual)
    }

    var created = Scenario("a project told from its creation")
    created.setUp = { stage in
      try await begin(stage)
      // As after the eleven minutes in which the selection is taken for known.
      try stage.rewriteState(schema: 2) { older($0, by: 11 * 60_000) }
    }
    created.prepare = { stage in
      let docs = stage.docs
      let id = stage.sandbox.change { $0.addProject("fresh", name: "新项目", in: docs) }
      stage.paths[id] = "docs/fresh"
      stage.push(id)
      stage.breakBuild(id)
      stage.push(stage.manual)
    }

    var migration = Scenario("a state of an older schema")
    migration.setUp = { stage in
      try await begin(stage)
      try await queue(stage)
      try stage.rewriteState(schema: 1) { $0 }
    }
    migration.prepare = { stage in
      stage.configuration.keyGeneration += 1
      stage.push(stage.manual)
    }

    var gone = Scenario("a bot is gone with its queue, and comes back")
    gone.setUp = { stage in
      try await begin(stage)
      try await queue(stage)
    }
    gone.prepare = { stage in
      stage.configuration.bots = ["docs"]
      stage.configuration.routes.removeLast()
    }
    gone.mend = { stage in
      stage.configuration.bots = ["docs", "platform"]
      stage.configuration.routes.append(
        StageConfiguration.Route(bots: ["platform"], projects: ["platform/**"], title: "平台")
      )
      stage.configuration.keyGeneration += 1
    }

    return [discovery, newcomer, created, rename, migration, gone]
  }

  /// Returns a state whose selection of projects was asked for so much earlier, in milliseconds.
  private static func older(_ state: String, by milliseconds: Int64) -> String {
    guard let discovery = state.firstRange(of: "\"discovery\":{"),
      let key = state[discovery.upperBound...].firstRange(of: "\"askedAt\":")
    else { preconditionFailure("a state after a pass knows its selection") }
    let digits = state[key.upperBound...].prefix { $0.isNumber }
    guard let time = Int64(digits) else { preconditionFailure("a time is a number") }
    return state[..<digits.startIndex] + "\(time - milliseconds)" + state[digits.endIndex...]
  }

  // MARK: Other commands

  /// Leaves two messages waiting for one bot and one for another.
  private static func queue(_ stage: Stage) async throws {
    stage.sandbox.add(Fault(.errcode(45009, "api freq out of limit"), at: [.wecomSend]))
    for _ in 0..<2 { stage.push(stage.manual) }
    stage.push(stage.api)
    try await stage.pass()
    stage.sandbox.clearFaults()
  }

  private static var commands: [Scenario] {
    var backfill = Scenario("a backfill")
    backfill.setUp = { stage in
      for _ in 0..<2 { stage.push(stage.manual) }
      stage.breakBuild(stage.api)
      try await stage.pass()
    }
    backfill.arguments = ["backfill", "--since", "1h"]

    var digests = Scenario("a backfill told in digests")
    digests.setUp = { stage in
      stage.configuration.digestAbove = 3
      for _ in 0..<5 { stage.push(stage.manual) }
      stage.push(stage.api)
      try await stage.pass()
    }
    digests.arguments = backfill.arguments

    var baseline = Scenario("a baseline with a queue")
    baseline.setUp = { stage in
      try await begin(stage)
      try await queue(stage)
    }
    baseline.prepare = { stage in
      stage.push(stage.manual)
      stage.push(stage.api)
      stage.optional.formUnion(stage.sandbox.webhooks.suffix(2).map(\.sequence))
    }
    baseline.arguments = ["baseline"]
    baseline.mend = { $0.configuration.keyGeneration += 1 }

    var damaged = Scenario("a baseline over a damaged state")
    damaged.setUp = { stage in
      try await begin(stage)
      stage.push(stage.manual)
      try await stage.pass()
      try await queue(stage)
    }
    damaged.prepare = { stage in
      // What waited in the damaged state cannot be known any more.
      stage.optional.formUnion(stage.sandbox.webhooks.suffix(3).map(\.sequence))
      for name in ["state.json", "state.json.prev"] {
        try stage.setState(name, Array(stage.stateBytes(name).dropLast(9)))
      }
    }
    damaged.arguments = ["baseline"]
    damaged.mend = baseline.mend
    return [backfill, digests, baseline, damaged, watch, metrics]
  }

  /// Two passes of a watch, the second with news as well, and then the wish to stop.
  private static var watch: Scenario {
    var watch = Scenario("a watch of two passes that is stopped")
    watch.setUp = { stage in
      stage.configuration.more = ["interval = \"20ms\""]
      try await begin(stage)
    }
    watch.prepare = { stage in
      stage.sandbox.add(
        Fault(.answer(SandboxReply(status: 500)), at: [.events], projectID: stage.site, times: 3)
      )
      for project in [stage.manual, stage.site, stage.api] { stage.push(project) }
    }
    watch.arguments = ["watch", "--quiet"]
    watch.meanwhile = { sandbox in
      let (told, asked) = (sandbox.received.count, sandbox.log.total)
      // After a kill all may have been told before.
      let wanted = told < 3 ? 3 : told
      while !Task.isCancelled {
        if sandbox.received.count >= wanted, sandbox.log.total >= asked + 8 { return }
        try? await SystemTime().sleep(milliseconds: 1)
      }
    }
    watch.mend = { $0.sandbox.clearFaults() }
    return watch
  }

  private static var metrics: Scenario {
    var metrics = Scenario("a pass that writes metrics")
    metrics.setUp = { stage in
      stage.configuration.more = [
        "[metrics]", "file = \"\(stage.metricsPath)/\(Stage.metricsName)\"",
      ]
      try await begin(stage)
    }
    metrics.prepare = { stage in
      stage.push(stage.manual)
      stage.breakBuild(stage.api)
    }
    return metrics
  }
}
