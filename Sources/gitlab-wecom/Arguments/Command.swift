/// One command of the program, as the command line, the help and the completions know it.
struct Command: Sendable, Equatable {
  /// The commands by their names.
  enum Name: String, Sendable, CaseIterable {
    case run
    case check
    case service
    case completions
    case help
  }

  /// The argument of a command that is no option.
  struct Operand: Sendable, Equatable {
    let placeholder: String
    /// The words it can be.
    let choices: [String]
    let isRequired: Bool
  }

  let name: Name
  /// A phrase of one line, for the overview.
  let summary: String
  /// What the command's own help says below its options.
  let details: String
  var operand: Operand?
  /// Its own options; `--config` where it reads one, `--help` on each.
  let options: [Option]

  /// All of its options in the order of its help.
  var allOptions: [Option] { options + [.helpFlag] }

  static let all: [Command] = [run, check, service, completions, help]

  static func named(_ name: Name) -> Command {
    all.first { $0.name == name } ?? help
  }

  private static let run = Command(
    name: .run,
    summary: "makes one pass and ends: for cron",
    details: """
      A pass asks GitLab what is new, records it, and posts it to the bots. From cron it says \
      nothing when all is well; a lasting trouble is said when it begins, once a day, and when it \
      ends, while the exit code stays. On a terminal it shows its progress and a summary.
      """,
    options: [.dryRun, .verbose, .quiet, .config]
  )
  private static let check = Command(
    name: .check,
    summary: "examines configuration, GitLab, token, routes and bots",
    details: """
      Each finding says what to do. Without --send no message is posted. The state is neither \
      read nor changed.
      """,
    options: [.send, .explain, .everyProject, .config]
  )
  private static let service = Command(
    name: .service,
    summary: "prints what starts a pass every minute",
    details: """
      systemd: a service and a timer, to be saved as two files. cron: a line for a crontab. \
      Both are for the place where the program and the configuration are now.
      """,
    operand: Operand(placeholder: "KIND", choices: ["systemd", "cron"], isRequired: true),
    options: [.config]
  )
  private static let completions = Command(
    name: .completions,
    summary: "prints the completions of a shell",
    details: """
      bash: eval "$(gitlab-wecom completions bash)" in ~/.bashrc.
      zsh: save the output as _gitlab-wecom in a folder of $fpath.
      """,
    operand: Operand(placeholder: "SHELL", choices: ["bash", "zsh"], isRequired: true),
    options: []
  )
  private static let help = Command(
    name: .help,
    summary: "prints this, or the help of one command",
    details: "",
    operand: Operand(
      placeholder: "COMMAND",
      choices: Name.allCases.map(\.rawValue),
      isRequired: false
    ),
    options: []
  )
}
