import FoundationEssentials
import Platform
import Sandbox
import TestSupport
import Testing

/// The built program with a configuration and a state of its own, and the servers that it talks to.
///
/// Lives in the folder of the running test case.
final class Installation: Sendable {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The program under test: the one beside the tests, unless `GITLAB_WECOM_PROGRAM` names another.
  static let program =
    Environment.value("GITLAB_WECOM_PROGRAM") ?? "\(Executable.folder ?? ".")/gitlab-wecom"

  /// The same with its links resolved, as the program itself sees it.
  static let programPath = URL(filePath: program).resolvingSymlinksInPath().path

  let folder = TemporaryFolder.path
  let sandbox: Sandbox
  let gitlab: SandboxServer
  let wecom: SandboxServer
  let alice: Int
  let manual: Int
  let api: Int

  /// Starts the servers, with two projects that have some history, and writes the configuration.
  init() throws {
    sandbox = Sandbox(time: { SystemTime().wallMilliseconds() })
    gitlab = try SandboxServer(sandbox)
    wecom = try SandboxServer(sandbox)
    let url = gitlab.url
    (alice, manual, api) = sandbox.change { world in
      world.settings.externalURL = url
      return world.at(world.now - 86_400_000) { world in
        let alice = world.addUser("alice")
        let docs = world.addGroup("docs")
        let platform = world.addGroup("platform")
        let manual = world.addProject("manual", name: "用户手册", in: docs)
        let api = world.addProject("api", name: "API", in: platform)
        world.push("before the watch", of: manual, by: alice)
        world.push("before the watch", of: api, by: alice)
        return (alice, manual, api)
      }
    }
    try write(configuration(), to: "config.toml")
  }

  deinit { stop() }

  func stop() {
    gitlab.stop()
    wecom.stop()
  }

  /// The configuration that most tests use, with other lines in place of some or behind all.
  func configuration(
    gitlab gitlabLines: String? = nil,
    wecom wecomURL: String? = nil,
    more: String = ""
  ) -> String {
    """
    [gitlab]
    url = "\(gitlab.url)"
    \(gitlabLines ?? #"token = "\#(Sandbox.token)""#)

    [wecom]
    url = "\(wecomURL ?? wecom.url)"

    [[bots]]
    name = "docs"
    key = "\(Sandbox.key)"

    [[routes]]
    bots = ["docs"]
    projects = ["docs/**", "platform/api"]
    title = "文档站"
    \(more)
    """
  }

  /// Writes a file of the folder, for its owner alone.
  func write(_ text: String, to name: String, mode: Int = 0o600) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    try FileManager.default.setAttributes(
      [.posixPermissions: mode],
      ofItemAtPath: "\(folder)/\(name)"
    )
  }

  /// Returns a file of the folder, nil where it is missing.
  func read(_ name: String) -> String? {
    (try? Files.read("\(folder)/\(name)", limit: 1 << 20)).map {
      String(decoding: $0.bytes, as: UTF8.self)
    }
  }

  /// Runs the program in the folder, with nobody watching, and returns what became of it.
  @discardableResult
  func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> Run {
    let started = try start(arguments, environment: environment)
    return Run(await started.result(), in: self)
  }

  /// Starts the program in the folder.
  func start(
    _ arguments: [String],
    environment: [String: String] = [:],
    onOutput: (@Sendable (StandardStream, [UInt8]) -> Void)? = nil
  ) throws -> ChildProcess {
    var variables = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"]
    variables.merge(environment) { $1 }
    return try ChildProcess.start(
      ChildProcess.Command(
        Self.program,
        arguments,
        environment: variables,
        folder: folder,
        onOutput: onOutput
      )
    )
  }

  /// Lets Alice push one commit.
  func push(_ message: String, of project: Int? = nil, to branch: String = "main") {
    sandbox.change { _ = $0.push([message], to: branch, of: project ?? manual, by: alice) }
  }

  /// Lets a job of Alice's fail.
  func breakBuild(of project: Int? = nil) {
    sandbox.change { world in
      let pipeline = world.startPipeline(
        of: project ?? manual,
        by: alice,
        jobs: [World.JobPlan("unit")]
      )
      world.start(pipeline.jobs[0])
      world.fail(pipeline.jobs[0])
    }
  }
}

/// What a run of the program came to, with all that differs from run to run named.
struct Run: Sendable, Equatable {
  var code: Int32
  var output: String
  var errors: String

  init(code: Int32, output: String = "", errors: String = "") {
    self.code = code
    self.output = output
    self.errors = errors
  }

  init(_ result: ChildProcess.Result, in installation: Installation) {
    code =
      switch result.exit {
      case .code(let code): code
      case .signal(let number): -number
      }
    output = Self.named(result.outputText, installation)
    errors = Self.named(result.errorText, installation)
    for secret in [Sandbox.token, Sandbox.key] where (output + errors).contains(secret) {
      Issue.record("a secret is shown: \(output)\(errors)")
    }
  }

  private static func named(_ text: String, _ installation: Installation) -> String {
    text.replacing(installation.gitlab.url, with: "http://GITLAB")
      .replacing(installation.wecom.url, with: "http://WECOM")
      .replacing(installation.folder, with: "FOLDER")
      .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, with: "TIME")
      .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, with: "TIME")
  }
}

/// Waits for something that another process or thread brings about; the suite's limit bounds it.
func wait(until isReached: () -> Bool) async throws {
  while !isReached() {
    // Other processes cannot wake a task, so it looks now and then.
    try await SystemTime().sleep(milliseconds: 5)
  }
}
