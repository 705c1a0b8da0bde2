import FoundationEssentials
import Platform
import Sandbox

/// The program that is measured, with a configuration and a state in a folder of its own.
struct Subject {
  let program: String
  let folder: String
  private let estate: Estate

  /// Sets the program up for an estate.
  ///
  /// - Parameters:
  ///   - program: The path of `gitlab-wecom`.
  ///   - estate: Whose projects it watches.
  ///   - projects: The `projects` of its route as TOML, nil for all.
  /// - Throws: `BenchError` when there is no room for its files.
  init(_ program: String, estate: Estate, projects: String? = nil) throws {
    self.program = program
    self.estate = estate
    folder = try Scratch.folder()
    try Scratch.write(Sandbox.token, to: folder + "/token")
    for bot in estate.bots {
      try Scratch.write(bot.key, to: folder + "/\(bot.name).key")
    }
    try configure(projects: projects)
  }

  /// Writes the configuration: all projects, or those of `projects` as TOML.
  ///
  /// A bot takes at most 600 messages a minute, and 10,000 active projects give more digests than
  /// that: so each bot has one kind of news, of half of the projects.
  func configure(projects: String?) throws {
    var bots = estate.bots[...]
    let routes = Estate.kinds.flatMap { kind in
      ["push", "build"].map { event in
        let bot = bots.removeFirst()
        return """
          [[bots]]
          name = "\(bot.name)"
          key = { file = "\(bot.name).key" }
          messages_per_minute = 1000000

          [[routes]]
          bots = ["\(bot.name)"]
          events = ["\(event)"]
          exclude = ["**/\(kind)-*"]
          \(projects.map { "projects = \($0)" } ?? "")
          """
      }
    }
    let text = """
      [gitlab]
      url = "\(estate.url)"
      token = { file = "token" }
      concurrency = 32

      [wecom]
      url = "\(estate.wecomURL)"

      \(routes.joined(separator: "\n\n"))

      [run]
      deadline = "0"

      """
    try Scratch.write(text, to: folder + "/config.toml")
  }

  /// Makes a pass and measures it.
  func pass(environment: [String: String] = [:]) async throws -> Measurement {
    let arguments = ["run", "--quiet", "--config", folder + "/config.toml"]
    guard !environment.isEmpty else { return try await .of(program, arguments) }
    // libfaketime adds a variable to the first program it is loaded into, which moves the
    // environment away from the arguments; Swift then finds none.
    return try await .of("/usr/bin/env", [program] + arguments, environment: environment)
  }

  /// Keeps the state as it is, to be brought back.
  func keepState() throws {
    try Scratch.copy(folder + "/state", to: folder + "/kept")
  }

  /// Brings the kept state back.
  func restoreState() throws {
    try Scratch.copy(folder + "/kept", to: folder + "/state")
  }

  func remove() { Scratch.remove(folder) }
}

/// Files that a bench leaves nothing of.
enum Scratch {
  static func folder() throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "gitlab-wecom-bench-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(
      atPath: path,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700]
    )
    return path
  }

  static func write(_ text: String, to path: String) throws {
    let isWritten = FileManager.default.createFile(
      atPath: path,
      contents: Data(text.utf8),
      attributes: [.posixPermissions: 0o600]
    )
    if !isWritten { throw BenchError.missing(path) }
  }

  /// Copies a folder, replacing what is at the other path.
  static func copy(_ path: String, to other: String) throws {
    remove(other)
    try FileManager.default.copyItem(atPath: path, toPath: other)
  }

  static func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
  }
}
