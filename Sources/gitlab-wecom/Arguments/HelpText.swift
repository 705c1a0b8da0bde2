internal import Platform

/// The texts of `help`, made from the commands' tables.
enum HelpText {
  /// The overview of all commands.
  static var overview: String {
    var lines = [
      "gitlab-wecom posts what happens in GitLab, pushes and failed builds, to WeCom group bots.",
      "",
      "usage: gitlab-wecom COMMAND [OPTION …]",
      "",
      "commands:",
    ]
    lines += table(
      Command.all.map { command in
        (([command.name.rawValue] + operand(of: command)).joined(separator: " "), command.summary)
      }
    )
    lines += ["", "options:"]
    lines += table(
      [
        (Option.config.synopsis, Option.config.help),
        (Option.helpFlag.name, "prints the help of the program or of a command"),
        (Option.version.name, Option.version.help),
      ]
    )
    lines += ["", "exit codes:"]
    lines += table(exitCodes)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The help of one command.
  static func text(of command: Command) -> String {
    var usage = ["gitlab-wecom", command.name.rawValue] + operand(of: command)
    usage += command.options.map { "[\($0.synopsis)]" }
    var lines = [
      "\(command.name.rawValue) \(command.summary)", "", "usage: " + usage.joined(separator: " "),
    ]
    lines += ["", "options:"]
    lines += table(command.allOptions.map { ($0.synopsis, $0.help) })
    if !command.details.isEmpty {
      lines += ["", command.details]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let exitCodes = [
    ("0", "all well, or nothing to do"),
    ("1", "something failed and will be tried again; the output says what"),
    ("64", "the command line cannot be used"),
    ("65", "the state is damaged, or newer than this program"),
    ("69", "GitLab is not reachable"),
    ("70", "a bug of this program"),
    ("73, 74", "the state cannot be created or written"),
    ("75", "another pass has been at work for over 15 minutes"),
    ("77", "GitLab refuses the token"),
    ("78", "the configuration cannot be used"),
    ("130, 143", "stopped by SIGINT or SIGTERM, in good order"),
  ]

  private static func operand(of command: Command) -> [String] {
    guard let operand = command.operand else { return [] }
    let words = operand.isRequired ? operand.choices.joined(separator: "|") : operand.placeholder
    return [operand.isRequired ? words : "[\(words)]"]
  }

  private static func table(_ rows: [(String, String)]) -> [String] {
    let width = rows.map { Cells.width($0.0) }.max() ?? 0
    return rows.map { "  \(Cells.padded($0.0, to: width))  \($0.1)" }
  }
}
