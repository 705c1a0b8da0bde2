import FoundationEssentials
import Platform
import Sandbox

/// The built `gitlab-wecom` with a configuration and a state of its own in a temporary folder.
struct Bridge {
  /// What kept the demo from starting the bridge.
  enum Failure: Error, CustomStringConvertible {
    case notBuilt(String)

    var description: String {
      switch self {
      case .notBuilt(let path):
        "\"\(path)\" is missing · build the package first: swift build"
      }
    }
  }

  /// A bot, its key and the group it speaks in.
  struct Group {
    let bot: String
    let key: String
    let name: String
  }

  static let groups = [
    Group(bot: "docs", key: Sandbox.key, name: "文档组"),
    Group(bot: "platform", key: "0d5c7d1e-93bb-4a60-8f0e-17e0a2b4c6d8", name: "平台组"),
  ]

  let folder: String
  private let program: String

  init(gitlabURL: String, wecomURL: String) throws {
    program = (Executable.folder ?? ".") + "/gitlab-wecom"
    guard Files.exists(program) else { throw Failure.notBuilt(program) }
    folder =
      FileManager.default.temporaryDirectory
      .appending(path: "gitlab-wecom-demo-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(
      atPath: folder,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700]
    )
    try write(Sandbox.token, to: "token")
    for group in Self.groups { try write(group.key, to: "wecom-\(group.bot).key") }
    try write(Self.configuration(gitlabURL, wecomURL), to: "config.toml")
  }

  /// The configuration as the demo shows it.
  static func configuration(_ gitlabURL: String, _ wecomURL: String) -> String {
    """
    [gitlab]
    url   = "\(gitlabURL)"
    token = { file = "token" }

    [wecom]
    url = "\(wecomURL)"

    [[bots]]
    name = "docs"
    key  = { file = "wecom-docs.key" }

    [[bots]]
    name = "platform"
    key  = { file = "wecom-platform.key" }

    [[routes]]
    bots     = ["docs"]
    projects = ["docs/**"]
    title    = "文档站"

    [[routes]]
    bots     = ["platform"]
    projects = ["platform/api"]
    title    = "平台"

    """
  }

  /// Runs the program with arguments and returns what became of it.
  func run(_ arguments: [String]) async throws -> ChildProcess.Result {
    try await ChildProcess.run(
      ChildProcess.Command(
        program,
        arguments + ["--config", folder + "/config.toml"],
        environment: ["LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"],
        folder: folder
      )
    )
  }

  /// Removes the folder.
  func remove() {
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func write(_ text: String, to name: String) throws {
    let path = folder + "/" + name
    _ = FileManager.default.createFile(
      atPath: path,
      contents: Data(text.utf8),
      attributes: [.posixPermissions: 0o600]
    )
  }
}
