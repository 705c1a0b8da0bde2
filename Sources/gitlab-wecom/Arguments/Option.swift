/// One option of a command, as the command line, the help and the completions know it.
struct Option: Sendable, Equatable {
  /// How many arguments belong to an option.
  enum Values: Sendable, Equatable {
    case none
    /// As many as there are placeholders.
    case fixed([String])
    /// One or more, up to the next option; the option may also be given again.
    case several(String)
  }

  /// With its dashes.
  let name: String
  let values: Values
  /// A phrase of one line, without a full stop.
  let help: String
  /// What a shell completes the value with.
  var completion = Completion.none

  /// What stands for the value of an option in a shell.
  enum Completion: Sendable, Equatable {
    case none
    case file
  }

  /// The option with its placeholders: `--explain PROJECT BRANCH`.
  var synopsis: String {
    switch values {
    case .none: name
    case .fixed(let placeholders): ([name] + placeholders).joined(separator: " ")
    case .several(let placeholder): "\(name) \(placeholder) …"
    }
  }

  /// What is missing when the option stands alone: `PROJECT and BRANCH`.
  var placeholders: String {
    switch values {
    case .none: ""
    case .fixed(let placeholders): placeholders.joined(separator: " and ")
    case .several(let placeholder): placeholder
    }
  }

  static let config = Option(
    name: "--config",
    values: .fixed(["FILE"]),
    help: "the configuration (default: config.toml here, else /etc/gitlab-wecom/config.toml)",
    completion: .file
  )
  static let dryRun = Option(
    name: "--dry-run",
    values: .none,
    help: "prints what would be posted and changes nothing"
  )
  static let verbose = Option(
    name: "--verbose",
    values: .none,
    help: "tells every step on standard error"
  )
  static let everyProject = Option(
    name: "--verbose",
    values: .none,
    help: "names the projects of each route, and tries every one"
  )
  static let quiet = Option(
    name: "--quiet",
    values: .none,
    help: "says errors only; no progress, no summary"
  )
  static let json = Option(name: "--json", values: .none, help: "prints one JSON object")
  static let everything = Option(
    name: "--verbose",
    values: .none,
    help: "lists every project and every message kept aside"
  )
  static let since = Option(
    name: "--since",
    values: .fixed(["TIME"]),
    help: "tells what happened from then on (needed)"
  )
  static let until = Option(
    name: "--until",
    values: .fixed(["TIME"]),
    help: "and before then (default: now)"
  )
  static let project = Option(
    name: "--project",
    values: .several("PATH"),
    help: "only these, by full path or id (default: all)"
  )
  static let force = Option(
    name: "--force",
    values: .none,
    help: "tells again what was told already"
  )
  static let send = Option(
    name: "--send",
    values: .none,
    help: "posts a test message to each bot"
  )
  static let explain = Option(
    name: "--explain",
    values: .fixed(["PROJECT", "BRANCH"]),
    help: "says who is told of news there, and why; nothing else"
  )
  static let helpFlag = Option(name: "--help", values: .none, help: "prints this")
  static let version = Option(name: "--version", values: .none, help: "prints the version")
}
