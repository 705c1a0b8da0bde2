import FoundationEssentials
import Glibc
import Platform
package import Sandbox
import Store
import Synchronization

/// A simulated GitLab and WeCom on loopback, and the built program with a state of its own.
///
/// All of it can be set back to a moment kept before, so that one story is told as often as it has
/// points at which to strike. Used by one task at a time.
package final class Stage {
  /// What keeps a stage from being set up.
  package enum Failure: Error, CustomStringConvertible {
    case notBuilt(String)
    case setUp(String)

    package var description: String {
      switch self {
      case .notBuilt(let path): "\"\(path)\" is missing · build the package first: swift build"
      case .setUp(let what): "the stage could not be set up: \(what)"
      }
    }
  }

  package let folder: String
  package let program: String
  package let sandbox: Sandbox
  package let server: SandboxServer
  package var configuration: StageConfiguration

  package let alice: Int
  package let docs: Int
  package let platform: Int
  package let manual: Int
  package let site: Int
  package let api: Int
  /// Full paths of the projects by id, as they are now.
  package var paths: [Int: String]

  /// Webhooks from here on must be told.
  package var mark = 0
  /// Sequence numbers of webhooks that may be told or not, but not twice.
  package var optional: Set<Int> = []
  /// Whether calls on sockets are struck as well as those on files.
  package var countsSockets = true
  /// Processes killed so far.
  package var kills = 0
  /// Runs so far in which all calls failed from one on: a post whose outcome could not be written,
  /// by no way, is sent again.
  package var failures = 0
  /// Secrets found in what the program printed or kept, and where.
  package private(set) var leaks: [String] = []
  private var tokenCount = 0
  private var earlier: [ReceivedMessage] = []

  /// Sets up a stage in a new temporary folder, for a program that by default lies beside ours.
  package init(program: String? = nil) throws {
    self.program = program ?? (Executable.folder ?? ".") + "/gitlab-wecom"
    guard Files.exists(self.program) else { throw Failure.notBuilt(self.program) }
    let path = FileManager.default.temporaryDirectory
      .appending(path: "gitlab-wecom-sweep-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(
      atPath: path,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700]
    )
    folder = Self.resolved(path)
    try FileManager.default.createDirectory(
      atPath: folder + "/metrics",
      withIntermediateDirectories: true
    )
    let time = SystemTime()
    let sandbox = Sandbox(time: { time.wallMilliseconds() })
    self.sandbox = sandbox
    server = try SandboxServer(sandbox)
    let url = server.url
    configuration = StageConfiguration(gitlabURL: url, wecomURL: url)
    for bot in ["docs", "platform", "ops"] {
      for generation in StageConfiguration.generations {
        sandbox.addBot(bot, key: StageConfiguration.key(of: bot, generation: generation))
      }
    }
    sandbox.setLogEntryLimit(0)
    (alice, docs, platform) = sandbox.change { world in
      world.settings.externalURL = url
      world.settings.recordsPayloads = false
      world.settings.messagesPerMinute = 100_000
      return (world.addUser("alice"), world.addGroup("docs"), world.addGroup("platform"))
    }
    let (author, docs, platform) = (alice, docs, platform)
    (manual, site, api) = sandbox.change { world in
      let day: Int64 = 86_400_000
      let projects = world.at(world.now - 30 * day) { world in
        (
          world.addProject("manual", name: "用户手册", in: docs),
          world.addProject("site", name: "官网", in: docs),
          world.addProject("api", name: "API", in: platform)
        )
      }
      world.at(world.now - day) { world in
        for project in [projects.0, projects.1, projects.2] {
          world.push("first commit", of: project, by: author)
        }
      }
      return projects
    }
    paths = [manual: "docs/manual", site: "docs/site", api: "platform/api"]
  }

  /// Stops the servers and removes the folder.
  package func remove() {
    server.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  // MARK: The team

  /// Pushes some commits and returns the word by which their message is known.
  @discardableResult
  package func push(_ project: Int, commits: Int = 1, branch: String = "main", note: String = "")
    -> String
  {
    let token = nextToken()
    sandbox.change { world in
      let messages = (0..<commits).map { _ in "\(token) change\(note)" }
      if world.head(of: branch, in: project) == nil {
        _ = world.createBranch(branch, of: project, by: self.alice, messages: messages)
      } else {
        _ = world.push(messages, to: branch, of: project, by: self.alice)
      }
    }
    return token
  }

  /// Pushes a commit whose pipeline's job fails.
  package func breakBuild(_ project: Int) {
    let token = push(project)
    sandbox.change { world in
      let plan = [World.JobPlan("unit-\(token)", stage: "test")]
      let pipeline = world.startPipeline(of: project, by: self.alice, jobs: plan)
      world.start(pipeline.jobs[0])
      _ = world.fail(pipeline.jobs[0])
    }
  }

  private func nextToken() -> String {
    tokenCount += 1
    let digits = String(tokenCount)
    return "t" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  // MARK: The program

  /// The state directory.
  package var statePath: String { folder + "/state" }

  /// The folder of the metrics file, and its name there.
  package var metricsPath: String { folder + "/metrics" }
  package static let metricsName = "gitlab-wecom.prom"

  /// What runs the program with the configuration as it is now.
  package func tracer(_ arguments: [String] = ["run"]) throws -> Tracer {
    let path = folder + "/config.toml"
    try write(Array(configuration.text.utf8), to: path)
    var tracer = Tracer(
      program: program,
      arguments: arguments + ["--config", path],
      directory: folder,
      folders: (statePath, metricsPath),
      outputPath: folder + "/output"
    )
    tracer.countsSockets = countsSockets
    return tracer
  }

  /// Runs the program, perhaps struck at one of its calls, and waits until nothing is on its way.
  @discardableResult
  package func run(
    _ arguments: [String] = ["run"],
    _ strike: Tracer.Strike? = nil,
    at call: Int = 0,
    onStrike: @escaping @Sendable () -> Void = {},
    meanwhile: (@Sendable (Sandbox) async -> Void)? = nil
  ) async throws -> Tracer.Report {
    let report = try await trace(
      arguments,
      strike,
      at: call,
      onStrike: onStrike,
      meanwhile: meanwhile
    )
    if report.struck != nil {
      switch strike {
      case .kill: kills += 1
      case .fail(_, let times) where times == .max: failures += 1
      case .fail, .signal, nil: break
      }
    }
    try await settle()
    noteLeaks(in: report.output, of: "the output")
    for (name, bytes) in stateFiles {
      noteLeaks(in: String(decoding: bytes, as: UTF8.self), of: name)
    }
    return report
  }

  /// Runs the program, and returns at its end whatever the servers are still at.
  package func trace(
    _ arguments: [String] = ["run"],
    _ strike: Tracer.Strike? = nil,
    at call: Int = 0,
    onStrike: @escaping @Sendable () -> Void = {},
    meanwhile: (@Sendable (Sandbox) async -> Void)? = nil
  ) async throws -> Tracer.Report {
    let (tracer, sandbox) = (try tracer(arguments), sandbox)
    return try await withThrowingTaskGroup(of: Tracer.Report?.self) { group in
      let process = Process()
      group.addTask {
        try await tracer.run(
          strike,
          at: call,
          onStart: { process.start($0) },
          onStrike: onStrike
        )
      }
      if let meanwhile {
        group.addTask {
          await meanwhile(sandbox)
          process.stop()
          return nil
        }
      }
      var report: Tracer.Report?
      while report == nil, let ended = try await group.next() { report = ended }
      process.end()
      group.cancelAll()
      guard let report else { preconditionFailure("a traced program ends with a report") }
      return report
    }
  }

  /// Runs the program during the setting up, where a wrong exit is a fault of the scenario.
  package func pass(exit expected: [Int32] = [0]) async throws {
    let report = try await run()
    guard expected.contains(where: { report.exit == .code($0) }) else {
      throw Failure.setUp("a pass ended with \(report.exit), not \(expected): \(report.output)")
    }
  }

  /// What a killed process has sent may not have been read by WeCom yet.
  private func settle() async throws {
    let time = SystemTime()
    while server.openConnections > 0 {
      try await time.sleep(milliseconds: 1)
    }
  }

  private func noteLeaks(in text: String, of place: String) {
    for secret in ["canary-", Sandbox.token] where text.contains(secret) {
      leaks.append("\(secret) is in \(place): \(text.prefix(2000))")
    }
  }

  /// A running program that may be asked to stop.
  private final class Process: Sendable {
    private let number = Mutex<Int32?>(nil)

    func start(_ process: Int32) { number.withLock { $0 = process } }

    /// The number may soon be another's.
    func end() { number.withLock { $0 = nil } }

    func stop() {
      number.withLock { process in
        if let process { kill(process, SIGTERM) }
      }
    }
  }

  // MARK: The files

  /// The names in the state directory.
  package var stateNames: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: statePath)) ?? []).sorted()
  }

  /// Returns the bytes of a file of the state.
  package func stateBytes(_ name: String) -> [UInt8] {
    [UInt8](FileManager.default.contents(atPath: statePath + "/" + name) ?? Data())
  }

  /// The bytes of all of them, but of the lock, by name.
  package var stateFiles: [String: [UInt8]] {
    Dictionary(
      uniqueKeysWithValues: stateNames.filter { $0 != "lock" }.map { ($0, stateBytes($0)) }
    )
  }

  /// Replaces a file of the state; nil removes it.
  package func setState(_ name: String, _ bytes: [UInt8]?) throws {
    let path = statePath + "/" + name
    if let bytes {
      try write(bytes, to: path)
    } else {
      try FileManager.default.removeItem(atPath: path)
    }
  }

  /// Writes the last checkpoint anew, its text changed, as a program of another schema would.
  ///
  /// Records since then are dropped: after a pass they only note what was asked.
  package func rewriteState(schema: Int, _ change: (String) -> String) throws {
    let text = String(decoding: stateBytes(StateStore.stateName), as: UTF8.self)
    guard let start = text.firstRange(of: "\"state\":"), text.hasSuffix("}\n") else {
      throw Failure.setUp("there is no checkpoint")
    }
    let state = Array(change(String(text[start.upperBound...].dropLast(2))).utf8)
    try FileManager.default.removeItem(atPath: statePath)
    let store = try StateStore.open(directory: statePath, schema: schema)
    defer { store.close() }
    guard try store.lock(now: 0) == .acquired else { throw Failure.setUp("the state is in use") }
    _ = try store.load { _, _ in [] }
    // Twice, so that the previous checkpoint is such a one as well.
    for _ in 0..<2 { try store.checkpoint(state) }
  }

  /// The names in the folder of the metrics.
  package var metricsNames: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: metricsPath)) ?? []).sorted()
  }

  /// What a collector would find wrong with the metrics file: it is whole, or not there yet.
  package var metricsProblems: [String] {
    guard let bytes = FileManager.default.contents(atPath: metricsPath + "/" + Self.metricsName)
    else { return [] }
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n",
      omittingEmptySubsequences: false
    )
    let isWhole =
      lines.last == "" && lines.first?.hasPrefix("# HELP ") == true
      && lines.contains { $0.hasPrefix("gitlab_wecom_build_info{") }
    return isWhole ? [] : ["the metrics file is not whole: \(lines.count) lines"]
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    guard
      FileManager.default.createFile(
        atPath: path,
        contents: Data(bytes),
        attributes: [.posixPermissions: 0o600]
      )
    else { throw Failure.setUp("\"\(path)\" cannot be written") }
  }

  private static func resolved(_ path: String) -> String {
    // The tracer compares with what the kernel says of open files.
    URL(filePath: path).resolvingSymlinksInPath().path
  }

  // MARK: Moments

  /// All that a strike may change.
  package struct Moment: Sendable {
    fileprivate var world: World
    fileprivate var received: [ReceivedMessage]
    fileprivate var files: [String: [UInt8]]
    fileprivate var configuration: StageConfiguration
    fileprivate var paths: [Int: String]
    fileprivate var mark: Int
    fileprivate var optional: Set<Int>
    fileprivate var tokenCount: Int
    /// Processes killed up to then.
    package fileprivate(set) var kills: Int
  }

  /// Returns the present moment.
  package func moment() -> Moment {
    Moment(
      world: sandbox.backup(),
      received: received,
      files: Dictionary(uniqueKeysWithValues: stateNames.map { ($0, stateBytes($0)) }),
      configuration: configuration,
      paths: paths,
      mark: mark,
      optional: optional,
      tokenCount: tokenCount,
      kills: kills
    )
  }

  /// Sets everything back.
  package func restore(_ moment: Moment) throws {
    sandbox.clearFaults()
    sandbox.restore(moment.world)
    sandbox.change { $0.webhooks = moment.world.webhooks }
    sandbox.clearMessages()
    earlier = moment.received
    configuration = moment.configuration
    for name in metricsNames {
      try FileManager.default.removeItem(atPath: metricsPath + "/" + name)
    }
    paths = moment.paths
    mark = moment.mark
    optional = moment.optional
    tokenCount = moment.tokenCount
    kills = moment.kills
    failures = 0
    try? FileManager.default.removeItem(atPath: statePath)
    guard !moment.files.isEmpty else { return }
    try FileManager.default.createDirectory(
      atPath: statePath,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700]
    )
    for (name, bytes) in moment.files { try setState(name, bytes) }
  }

  /// All that reached WeCom, since the stage was set up.
  package var received: [ReceivedMessage] { earlier + sandbox.received }
}
