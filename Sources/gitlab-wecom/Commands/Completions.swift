/// The completions of shells, made from the commands' tables.
enum Completions {
  /// The names of the shells, in the order of the help.
  enum Shell: String, Sendable {
    case bash
    case zsh
  }

  static func text(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    }
  }

  private static var bash: String {
    let names = Command.Name.allCases.map(\.rawValue).joined(separator: " ")
    let cases = Command.all.map { command in
      let words = (command.operand?.choices ?? []) + command.allOptions.map(\.name)
      return "    \(command.name.rawValue)) words=\"\(words.joined(separator: " "))\" ;;"
    }
    return """
      # Completions of gitlab-wecom for bash.
      _gitlab_wecom() {
        local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
        local command="" words="" word index
        COMPREPLY=()
        if [[ "$previous" == --config ]]; then
          compopt -o filenames 2>/dev/null
          COMPREPLY=($(compgen -f -- "$current"))
          return
        fi
        for ((index = 1; index < COMP_CWORD; index++)); do
          word="${COMP_WORDS[index]}"
          case "$word" in
            --config) ((index++)) ;;
            -*) ;;
            *) command="$word"; break ;;
          esac
        done
        case "$command" in
          "") words="\(names) --config --help --version" ;;
      \(cases.joined(separator: "\n"))
        esac
        COMPREPLY=($(compgen -W "$words" -- "$current"))
      }
      complete -F _gitlab_wecom gitlab-wecom

      """
  }

  private static var zsh: String {
    let commands = Command.all.map { "    '\($0.name.rawValue):\(zshText($0.summary))'" }
    let cases = Command.all.map { command in
      let options = command.allOptions.map { "        '\(zshOption($0))'" }
      let operand = command.operand.map {
        ["        '1:\($0.placeholder.lowercased()):(\($0.choices.joined(separator: " ")))'"]
      }
      let arguments = (options + (operand ?? [])).joined(separator: " \\\n")
      return "    \(command.name.rawValue))\n      _arguments \\\n\(arguments)\n      ;;"
    }
    return """
      #compdef gitlab-wecom
      # Completions of gitlab-wecom for zsh.
      _gitlab_wecom() {
        local curcontext="$curcontext" state line
        local -a commands
        commands=(
      \(commands.joined(separator: "\n"))
        )
        _arguments -C \\
          '\(zshOption(.config))' \\
          '\(zshOption(.helpFlag))' \\
          '\(zshOption(.version))' \\
          '1:command:->command' \\
          '*::argument:->arguments'
        case "$state" in
          command) _describe command commands; return ;;
        esac
        case "$line[1]" in
      \(cases.joined(separator: "\n"))
        esac
      }
      if [[ "$funcstack[1]" == _gitlab_wecom ]]; then
        _gitlab_wecom "$@"
      else
        compdef _gitlab_wecom gitlab-wecom
      fi

      """
  }

  private static func zshOption(_ option: Option) -> String {
    let help = "\(option.name)[\(zshText(option.help))]"
    let action = option.completion == .file ? "_files" : ""
    switch option.values {
    case .none: return help
    case .fixed(let placeholders):
      return help + placeholders.map { ":\($0.lowercased()):\(action)" }.joined()
    case .several(let placeholder): return "*" + help + ":\(placeholder.lowercased()):\(action)"
    }
  }

  /// Colons and brackets end a description, quotes the word.
  private static func zshText(_ text: String) -> String {
    text.replacing("'", with: "'\\''").replacing(":", with: "\\:")
      .replacing("[", with: "\\[").replacing("]", with: "\\]")
  }
}
