/// One command of the program, as the command line, the help and the completions know it.
struct Command: Sendable, Equatable {
  /// The commands by their names.
  enum Name: String, Sendable, CaseIterable {
    case run
    case watch
    case check
    case status
    case backfill
    case baseline
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

  /// The options without which it cannot be used.
  var required: [Option] = []

  static let all: [Command] = [
    run, watch, check, status, backfill, baseline, service, completions, help,
  ]

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
  private static let watch = Command(
    name: .watch,
    summary: "makes passes for ever: for a service",
    details: """
      From start to start it takes the interval of the configuration, which is read anew before \
      each pass; one that cannot be used is refused, and the one before stays in use. A cron \
      job or a run by hand beside it does no harm. SIGTERM ends it in good order, with exit code 0.
      """,
    options: [.verbose, .quiet, .config]
  )
  private static let status = Command(
    name: .status,
    summary: "shows what the state holds, also while a pass runs",
    details: """
      The last pass, lasting troubles, what waits for each bot and why, what was kept aside, and \
      how far each project is read. Asks neither GitLab nor WeCom.
      """,
    options: [.json, .everything, .config]
  )
  private static let backfill = Command(
    name: .backfill,
    summary: "tells what happened in a span and was not told",
    details: """
      What was there before the watch began, was too old or was kept aside is told now. max_age \
      and the deadline do not apply. Waits while a pass is at work. TIME is 2026-11-20, \
      2026-11-20T08:00, with or without an offset (else local time), or 3d, 12h, 90m for so long \
      ago.
      """,
    options: [.since, .until, .project, .force, .dryRun, .verbose, .quiet, .config],
    required: [.since]
  )
  private static let baseline = Command(
    name: .baseline,
    summary: "takes GitLab as it stands as the new beginning",
    details: """
      What happened so far is not told any more; what waits is kept. The way out of a damaged \
      state, whose files are set aside, and of a GitLab restored from a backup. Waits while a \
      pass is at work.
      """,
    options: [.project, .verbose, .quiet, .config]
  )
  private static let check = Command(
    name: .check,
    summary: "examines configuration, GitLab, token, routes and bots",
    details: """
      Each finding says what to do. Without --send no message is posted. The state is looked at \
      and not changed.
      """,
    options: [.send, .explain, .everyProject, .config]
  )
  private static let service = Command(
    name: .service,
    summary: "prints what starts it by itself",
    details: """
      systemd: units, to be saved as files. cron: a line for a crontab. Both are for the place \
      where the program and the configuration are now.
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
