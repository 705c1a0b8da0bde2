import Glibc
import Platform
import Sandbox
import SweepSupport
import Synchronization
import Testing

/// The built program in the hands of cron, an operator, and a machine that is short of things.
@Suite(.timeLimit(.minutes(15)))
struct ProcessTests {
  /// Lets a stage that watches already wait for one more pass, which has much to do.
  private func busy(_ body: (Stage) async throws -> Void) async throws {
    let stage = try Stage()
    defer { stage.remove() }
    // However slow the machine is, no pass here ends for want of time.
    stage.configuration.deadline = "0"
    try await stage.pass()
    stage.mark = stage.sandbox.webhooks.last?.sequence ?? 0
    for project in [stage.manual, stage.api, stage.manual] { stage.push(project) }
    stage.breakBuild(stage.site)
    try await body(stage)
    #expect(stage.leaks.isEmpty)
  }

  private func judge(_ stage: Stage) -> Judge.Verdict {
    Judge(stage).judge(stage.received, kills: 0)
  }

  /// Expects that a clean pass tells the rest, and that nothing was told twice.
  private func expectAllTold(_ stage: Stage, _ comment: Comment? = nil) async throws {
    let report = try await stage.run()
    #expect(report.exit == .code(0), "\(report.output), \(comment ?? "")")
    let verdict = judge(stage)
    #expect(verdict.isClean && verdict.doubles == 0, "\(verdict), \(comment ?? "")")
  }

  // MARK: Signals

  @Test(arguments: [SIGTERM, SIGINT])
  func `37 a signal ends a pass in good order, whatever it is doing, and no post is begun after it`(
    _ signal: Int32
  ) async throws {
    try await busy { stage in
      // Calls on files are made by the tasks that poll and post: they wait while the signal's
      // handler runs, so what comes later was begun after the signal.
      stage.countsSockets = false
      let moment = stage.moment()
      let calls = try await stage.run().calls
      let sandbox = stage.sandbox
      let posts = Mutex(0)
      for call in stride(from: signal == SIGTERM ? 1 : 3, through: calls, by: 4) {
        try stage.restore(moment)
        let report = try await stage.run(["run"], .signal(signal), at: call) {
          posts.withLock { $0 = sandbox.received.count }
        }
        let place = Comment("call \(call), \(report.struck ?? "not reached"), \(report.output)")
        guard report.struck != nil else {
          // The runs differ by a few calls: this one was at its end before.
          #expect(call > calls - 8 && report.exit == .code(0), place)
          try await expectAllTold(stage, place)
          continue
        }
        let isOver = report.onlyCloses(from: call)
        #expect(report.exit == .code(128 + signal) || isOver && report.exit == .code(0), place)
        #expect(sandbox.received.count == posts.withLock { $0 }, place)
        try await expectAllTold(stage, place)
      }
    }
  }

  @Test func `37 a signal does not wait for WeCom's answer, and the message goes out again`()
    async throws
  {
    try await busy { stage in
      // Without the signal the program would outlive the tracer's patience, and be killed.
      stage.configuration.wecomTimeout = "10m"
      stage.sandbox.add(Fault(.afterwards(.stall), at: [.wecomSend], skips: 3))
      let report = try await stage.trace(meanwhile: { sandbox in
        while sandbox.received.count < 4, !Task.isCancelled {
          try? await SystemTime().sleep(milliseconds: 1)
        }
      })
      stage.server.release()
      stage.sandbox.clearFaults()
      #expect(report.exit == .code(143), "\(report.output)")
      #expect(stage.received.count == 4)
      let last = try await stage.run()
      #expect(last.exit == .code(0), "\(last.output)")
      // In doubt: what had arrived without an answer arrives once more.
      let verdict = judge(stage)
      #expect(verdict.isClean && verdict.doubles == 1, "\(verdict)")
      #expect(verdict.brokenSends == 1)
    }
  }

  @Test func `37 a signal ends the wait for the pace`() async throws {
    try await busy { stage in
      // Two messages go to one bot and one to the other; then there is a minute to wait, which is
      // longer than the tracer bears.
      stage.configuration.messagesPerMinute = 2
      let report = try await stage.run(meanwhile: { sandbox in
        while sandbox.received.count < 3, !Task.isCancelled {
          try? await SystemTime().sleep(milliseconds: 1)
        }
      })
      #expect(report.exit == .code(143), "\(report.output)")
      #expect(stage.received.count == 3)
      stage.configuration.messagesPerMinute = 600
      try await expectAllTold(stage)
    }
  }

  // MARK: Interruptions

  @Test(arguments: [1, 3])
  func `15 a call that a signal interrupts is made again, as if nothing had been`(
    _ times: Int
  ) async throws {
    try await busy { stage in
      // Those on files come in the same order each time.
      stage.countsSockets = false
      let moment = stage.moment()
      let calls = try await stage.run().calls
      var struck: Set<String> = []
      for call in 1...calls {
        try stage.restore(moment)
        let report = try await stage.run(["run"], .fail(EINTR, times: times), at: call)
        let place = Comment("call \(call), \(report.struck ?? "not reached"), \(report.output)")
        #expect(report.exit == .code(0) && report.output.isEmpty, place)
        let verdict = judge(stage)
        #expect(verdict.isClean && verdict.doubles == 0, "\(verdict), \(place)")
        if let name = report.struck { struck.insert(name) }
      }
      #expect(struck.isSuperset(of: ["openat", "pread64", "pwrite64", "fdatasync", "fsync"]))
    }
  }

  // MARK: Surroundings

  /// Runs the program by a line of the shell, in which it is `"$0" run --config "$1"`.
  private func shell(_ stage: Stage, _ line: String) async throws -> Tracer.Report {
    var tracer = try stage.tracer()
    tracer.arguments = ["-c", line, tracer.program, stage.folder + "/config.toml"]
    tracer.program = "/bin/sh"
    return try await tracer.run()
  }

  @Test(arguments: [
    "exec \"$0\" run --config \"$1\" <&- >&- 2>&-",
    "exec \"$0\" run --verbose --config \"$1\" >&-",
    "exec \"$0\" run --verbose --config \"$1\" 2>&-",
    "exec \"$0\" run --verbose --config \"$1\" >/dev/full 2>&1",
    // The reader is gone before the first line.
    "mkfifo p; (exec 3<p; sleep 0.1) & exec 3>p; wait; exec \"$0\" run --verbose --config \"$1\" >&3 2>&3",
    "cd / && exec \"$0\" run --config \"$1\"",
    "umask 0; exec \"$0\" run --config \"$1\"",
    "umask 777; exec \"$0\" run --config \"$1\"",
  ])
  func `38, 39 closed, full and broken streams neither stop a pass nor reach its state`(
    _ line: String
  ) async throws {
    try await busy { stage in
      let report = try await shell(stage, line)
      #expect(report.exit == .code(0), "\(report.output)")
      #expect(judge(stage).isClean)
      try await expectAllTold(stage)
    }
  }

  @Test(arguments: [[], ["LANG=C"], ["LC_ALL=xx_YY.bad", "HOME=/nonexistent", "TZ=rubbish"]])
  func `42, 45 a pass needs nothing of its environment`(_ environment: [String]) async throws {
    try await busy { stage in
      var tracer = try stage.tracer()
      tracer.environment = environment
      let report = try await tracer.run()
      #expect(report.exit == .code(0), "\(report.output)")
      #expect(report.output.isEmpty)
      try await expectAllTold(stage)
    }
  }

  @Test(
    arguments: [
      ("ulimit -f 1", [73, 74]), ("ulimit -f 20", [74]), ("ulimit -n 5", [73]),
      ("ulimit -n 9", [73]),
      ("ulimit -n 63", [73]), ("ulimit -n 64", [0]), ("ulimit -S -n 5", [0]),
    ] as [(String, [Int32])]
  )
  func `11, 30 limits of the process are told, and lose nothing`(
    _ limit: String,
    _ codes: [Int32]
  ) async throws {
    try await busy { stage in
      let report = try await shell(stage, "\(limit); exec \"$0\" run --config \"$1\"")
      let isExpected = codes.contains { report.exit == .code($0) }
      #expect(isExpected, "\(report.exit), \(report.output)")
      #expect(report.output.isEmpty == (codes == [0]))
      try await expectAllTold(stage, "\(report.output)")
    }
  }

  @Test func `33, 46 of 50 starts at once one works, and the others end with 0`() async throws {
    try await busy { stage in
      stage.sandbox.add(Fault(.delayed(milliseconds: 20), at: Fault.gitlab))
      let tracer = try stage.tracer()
      let command = ChildProcess.Command(
        tracer.program,
        tracer.arguments,
        environment: ["PATH": "/usr/bin:/bin"],
        folder: stage.folder
      )
      let results = try await withThrowingTaskGroup(of: ChildProcess.Result.self) { group in
        for _ in 0..<50 { group.addTask { try await ChildProcess.run(command) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let failed = results.filter { $0.exit != .code(0) || !$0.errors.isEmpty }
      #expect(failed.isEmpty, "\(failed.map { "\($0.exit) \($0.errorText)" })")
      stage.sandbox.clearFaults()
      try await expectAllTold(stage)
    }
  }
}
