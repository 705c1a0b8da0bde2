internal import Bridge
internal import Configuration
internal import Platform

/// What the commands that work with a configuration have in common.
struct Session: Sendable {
  /// How long work may take to end in good order after a signal, in milliseconds.
  private static let grace: Int64 = 800

  let configuration: Configuration
  let console: Console
  let reporter: PassReporter

  /// Takes what the command line and the configuration say about the output.
  init(_ invocation: Invocation, configuration: Configuration) {
    self.configuration = configuration
    var console = Console()
    console.talk =
      invocation.has(.quiet) ? .quiet : invocation.has(.verbose) ? .verbose : .normal
    console.log.format = configuration.log.format
    let isVerbose = console.talk == .verbose
    console.log.threshold = isVerbose ? .debug : configuration.log.level
    // A watch has no terminal and no summary: its log is all there is to see.
    let isService = invocation.command == .watch && console.talk == .normal
    console.log.showsSteps = isVerbose || isService || configuration.log.level == .debug
    self.console = console
    reporter = PassReporter(console: console, configuration: configuration)
  }

  /// Does work with the bridge until its end or a signal, showing how far it is.
  func work<Result: Sendable>(
    _ body: @escaping @Sendable (GitLabBridge) async -> Result
  ) async -> Interruption.Ending<Result> {
    let stop = StopFlag(isRaised: { SignalStream.first != nil })
    let bridge = GitLabBridge(
      configuration: configuration,
      surroundings: .machine(configuration, userAgent: Version.userAgent),
      stop: stop
    )
    let ending = await Interruption.watched(stop: stop, grace: Self.grace) {
      await withTicks { await body(bridge) }
    }
    reporter.progress?.finish()
    return ending
  }

  /// Lets the time left run on a terminal meanwhile.
  private func withTicks<Result: Sendable>(
    _ body: @escaping @Sendable () async -> Result
  ) async -> Result {
    guard let progress = reporter.progress else { return await body() }
    return await withTaskGroup(of: Void.self) { group in
      group.addTask {
        let time = SystemTime()
        while (try? await time.sleep(milliseconds: 500)) != nil {
          progress.tick()
        }
      }
      let result = await body()
      group.cancelAll()
      return result
    }
  }
}
