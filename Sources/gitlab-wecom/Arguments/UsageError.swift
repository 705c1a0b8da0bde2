internal import Bridge

/// Why a command line cannot be used.
enum UsageError: Error, Equatable {
  case noCommand
  case unknownCommand(String, suggestion: String?)
  case unknownOption(String, command: String?, suggestion: String?)
  case missingValue(option: Option)
  case missingOption(Option, command: String)
  case unusableValue(option: String, reason: String)
  case surplusValue(option: String)
  case repeatedOption(String)
  case surplusArgument(String, command: String)
  case missingOperand(command: String, choices: [String])
  case unknownOperand(String, command: String, choices: [String], suggestion: String?)
  case exclusive(String, String)
}

extension UsageError: CustomStringConvertible {
  var description: String {
    switch self {
    case .noCommand:
      "a command is missing; \"gitlab-wecom help\" lists them"
    case .unknownCommand(let word, let suggestion):
      "unknown command \(quoted(word))" + (advice(suggestion) ?? see(nil))
    case .unknownOption(let word, let command, let suggestion):
      "unknown option \(quoted(word))" + (command.map { " of \($0)" } ?? "")
        + (advice(suggestion) ?? see(command))
    case .missingValue(let option):
      "option \(option.name) needs \(option.placeholders)"
    case .missingOption(let option, let command):
      "\(command) needs \(option.synopsis)" + see(command)
    case .unusableValue(let option, let reason):
      "option \(option): \(reason)"
    case .surplusValue(let option):
      "option \(option) takes no value"
    case .repeatedOption(let option):
      "option \(option) is given twice"
    case .surplusArgument(let word, let command):
      "unexpected argument \(quoted(word)) of \(command)" + see(command)
    case .missingOperand(let command, let choices):
      "\(command) needs one word: \(choices.joined(separator: " or "))"
    case .unknownOperand(let word, let command, let choices, let suggestion):
      "\(command) knows no \(quoted(word))"
        + (advice(suggestion) ?? "; it is \(choices.joined(separator: " or "))")
    case .exclusive(let first, let second):
      "\(first) and \(second) exclude each other"
    }
  }

  private func advice(_ suggestion: String?) -> String? {
    suggestion.map { "; did you mean \"\($0)\"?" }
  }

  private func see(_ command: String?) -> String {
    "; see gitlab-wecom help" + (command.map { " \($0)" } ?? "")
  }

  /// An argument in quotes, with nothing in it that steers a terminal.
  private func quoted(_ word: String) -> String {
    "\"\(ShownText.line(word, limit: 80))\""
  }
}
