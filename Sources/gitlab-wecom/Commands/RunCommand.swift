internal import Bridge
internal import Configuration
internal import Platform

/// `run`: one pass.
struct RunCommand: Sendable {
  /// How long a pass may take to end in good order after a signal, in milliseconds.
  private static let grace: Int64 = 800

  let configuration: Configuration
  let console: Console
  let reporter: PassReporter

  init(_ invocation: Invocation, configuration: Configuration) {
    self.configuration = configuration
    var console = Console()
    console.talk =
      invocation.has(.quiet) ? .quiet : invocation.has(.verbose) ? .verbose : .normal
    console.log.format = configuration.log.format
    let isVerbose = console.talk == .verbose
    console.log.threshold = isVerbose ? .debug : configuration.log.level
    console.log.showsSteps = isVerbose || configuration.log.level == .debug
    self.console = console
    reporter = PassReporter(console: console, configuration: configuration)
  }

  /// Makes the pass and returns the exit code.
  func run() async -> Int32 {
    let stop = StopFlag()
    let bridge = bridge(stop: stop)
    console.log.write(.info, "pass.began", "gitlab-wecom \(Version.text) begins a pass")
    let ending = await Interruption.watched(stop: stop, grace: Self.grace) {
      await withTicks { await bridge.run(observer: reporter.observer) }
    }
    reporter.progress?.finish()
    report(ending.result)
    return ending.signal?.exitCode ?? ending.result.exitCode.rawValue
  }

  /// Prints what a pass would post and returns the exit code.
  func preview() async -> Int32 {
    let stop = StopFlag()
    let bridge = bridge(stop: stop)
    let ending = await Interruption.watched(stop: stop, grace: Self.grace) {
      await withTicks { await bridge.preview(observer: reporter.observer) }
    }
    reporter.progress?.finish()
    let report = ending.result
    report.sayings.forEach(console.say)
    let printed = console.print(
      PreviewText.text(of: report, isStyled: Terminal.showsColors(.output))
    )
    if let signal = ending.signal { return signal.exitCode }
    return report.exitCode == .ok ? printed : report.exitCode.rawValue
  }

  private func bridge(stop: StopFlag) -> GitLabBridge {
    GitLabBridge(
      configuration: configuration,
      surroundings: .machine(configuration, userAgent: Version.userAgent),
      stop: stop
    )
  }

  private func report(_ report: PassReport) {
    report.sayings.forEach(console.say)
    if console.isWatched {
      // Someone who looks wants to know why the exit code is not 0, told before or not.
      let said = Set(report.sayings.map(\.event))
      report.troubles.filter { !said.contains($0.event) }.forEach(console.say)
    }
    let summary = PassSummary.text(of: report)
    console.log.write(
      .info,
      "pass.ended",
      "\(summary) (\(ProgressLine.seconds(report.milliseconds)), "
        + "\(report.requests.values.reduce(0, +)) requests)",
      [
        ("exit_code", .number(Int64(report.exitCode.rawValue))),
        ("projects", .number(Int64(report.projects))),
        ("asked", .number(Int64(report.asked))),
        ("pushes", .number(Int64(report.pushes))),
        ("builds", .number(Int64(report.builds))),
        ("posted", .number(Int64(report.posted))),
        ("in_digests", .number(Int64(report.inDigests))),
        ("too_old", .number(Int64(report.tooOld))),
        ("waiting", .number(Int64(report.waiting.reduce(0) { $0 + $1.messages }))),
        ("requests", .number(Int64(report.requests.values.reduce(0, +)))),
        ("milliseconds", .number(report.milliseconds)),
      ]
    )
    if console.talk == .normal, console.isWatched, !console.log.showsSteps {
      console.print(summary)
    }
  }

  /// Lets the time left run on a terminal while a pass is at work.
  private func withTicks<Result: Sendable>(
    _ work: @escaping @Sendable () async -> Result
  ) async -> Result {
    guard let progress = reporter.progress else { return await work() }
    return await withTaskGroup(of: Void.self) { group in
      group.addTask {
        let time = SystemTime()
        while (try? await time.sleep(milliseconds: 500)) != nil {
          progress.tick()
        }
      }
      let result = await work()
      group.cancelAll()
      return result
    }
  }
}
