internal import Bridge
internal import Configuration
internal import Platform
internal import Synchronization

/// `watch`: passes for ever.
struct WatchCommand: Sendable {
  /// How long a pass may take to end in good order after a signal, in milliseconds.
  private static let grace: Int64 = 800
  /// How much longer than its deadline a pass may take until it is taken to hang, in milliseconds.
  private static let passMargin: Int64 = 5 * 60_000

  let session: Session
  /// The configuration's file, which is read before each pass.
  let path: String

  /// Makes passes until a signal comes, and returns the exit code.
  func run() async -> Int32 {
    let console = session.console
    let stop = StopFlag(isRaised: { SignalStream.first != nil })
    let network = Network()
    let scheduler = Scheduler<Configuration>(
      time: SystemTime(),
      stop: stop,
      service: .ofProcess(
        passLimit: session.configuration.run.deadline.map {
          $0.components.seconds * 1000 + Self.passMargin
        },
        processID: Executable.processID,
        environment: Environment.value
      ),
      interval: { $0.run.interval },
      read: { [path] in Self.read(path) },
      pass: { configuration in
        let bridge = GitLabBridge(
          configuration: configuration,
          surroundings: network.surroundings(configuration),
          stop: stop
        )
        let reporter = PassReporter(console: console, configuration: configuration)
        let report = await bridge.run(observer: reporter.observer)
        reporter.progress?.finish()
        PassSummary.log(report, to: console.log)
        return .init(sayings: report.sayings, status: PassSummary.text(of: report))
      },
      say: console.say
    )
    let first = session.configuration
    console.log.write(.info, "watch.started", "gitlab-wecom \(Version.text) watches")
    _ = await Interruption.watched(stop: stop, grace: Self.grace) {
      await scheduler.run(first)
    }
    console.log.write(.info, "watch.stopped", "stopped in good order")
    return ExitCode.ok.rawValue
  }

  private static func read(_ path: String) -> Scheduler<Configuration>.Reading {
    do throws(ConfigurationFile.Failure) {
      return .usable(try ConfigurationFile.load(named: path).loaded.configuration)
    } catch {
      return .unusable(error.description)
    }
  }
}

/// The network as long as its width stays: connections outlive a pass.
private final class Network: Sendable {
  private let current = Mutex<(concurrency: Int, surroundings: Surroundings)?>(nil)

  func surroundings(_ configuration: Configuration) -> Surroundings {
    current.withLock { current in
      let concurrency = configuration.gitlab.concurrency
      if let current, current.concurrency == concurrency { return current.surroundings }
      let surroundings = Surroundings.machine(configuration, userAgent: Version.userAgent)
      current = (concurrency, surroundings)
      return surroundings
    }
  }
}
