internal import Platform

/// The texts of `help`, made from the commands' tables.
enum HelpText {
  /// The overview of all commands.
  static var overview: String {
    var lines = [
      "gitlab-wecom posts GitLab's pushes and failed builds to WeCom group bots.",
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
    var lines = ["gitlab-wecom \(command.name.rawValue) \(command.summary)", ""]
    lines += wrapped("usage: " + usage.joined(separator: " "), indent: 7)
    lines += ["", "options:"]
    lines += table(command.allOptions.map { ($0.synopsis, $0.help) })
    if !command.details.isEmpty {
      let paragraphs = command.details.split(separator: "\n")
      lines += [""] + paragraphs.flatMap { wrapped(String($0), indent: 0) }
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

  /// The cells that a line of help may take.
  private static let width = 80

  private static func table(_ rows: [(String, String)]) -> [String] {
    let left = (rows.map { Cells.width($0.0) }.max() ?? 0) + 4
    return rows.flatMap { name, text in
      wrapped(Cells.padded("  " + name, to: left) + text, indent: left)
    }
  }

  /// Breaks a text between words; what stands in brackets stays together.
  private static func wrapped(_ text: String, indent: Int) -> [String] {
    var lines = [""]
    var word = ""
    var depth = 0
    func place(_ word: String) {
      let last = lines[lines.count - 1]
      let isStart = last.allSatisfy { $0 == " " } && last.count == indent
      if Cells.width(last + word) <= width || isStart {
        lines[lines.count - 1] += word
      } else {
        lines[lines.count - 1] = String(last.reversed().drop { $0 == " " }.reversed())
        lines.append(String(repeating: " ", count: indent) + word.drop { $0 == " " })
      }
    }
    for character in text {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == " ", depth == 0, !word.isEmpty, word.contains(where: { $0 != " " }) {
        place(word)
        word = ""
      }
      word.append(character)
    }
    place(word)
    return lines
  }
}
