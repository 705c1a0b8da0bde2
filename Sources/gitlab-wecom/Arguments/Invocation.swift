internal import Configuration

/// A command line, taken apart and checked against the commands' tables.
struct Invocation: Sendable, Equatable {
  var command: Command.Name
  /// The values of each given option, by its name with dashes.
  var options: [String: [String]] = [:]
  var operand: String?

  /// Returns whether an option was given.
  func has(_ option: Option) -> Bool { options[option.name] != nil }

  /// Returns the values of an option; none when it was not given.
  func values(of option: Option) -> [String] { options[option.name] ?? [] }

  /// Takes what follows the program's name apart.
  ///
  /// - Throws: `UsageError` for the first thing that cannot be used. `--help` and `--version` win
  ///   over everything behind them that would be.
  static func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
    var reader = ArgumentReader(arguments)
    return try reader.read()
  }
}

/// Reads arguments from left to right.
private struct ArgumentReader {
  private var rest: ArraySlice<String>
  private var options: [String: [String]] = [:]
  private var areOptionsOver = false

  init(_ arguments: [String]) {
    rest = arguments[...]
  }

  mutating func read() throws(UsageError) -> Invocation {
    guard let word = try readCommandWord() else {
      if options[Option.version.name] != nil {
        return Invocation(command: .help, options: [Option.version.name: []])
      }
      if options[Option.helpFlag.name] != nil { return Invocation(command: .help) }
      throw .noCommand
    }
    guard let name = Command.Name(rawValue: word) else {
      throw .unknownCommand(
        word,
        suggestion: Suggestion.nearest(to: word, among: Command.Name.allCases.map(\.rawValue))
      )
    }
    return try readRest(of: Command.named(name))
  }

  /// Reads up to the command; of options, only those of the whole program may stand before it.
  private mutating func readCommandWord() throws(UsageError) -> String? {
    while let word = rest.popFirst() {
      guard word.hasPrefix("-") else { return word }
      try take(word, known: [.config, .helpFlag, .version], command: nil)
      if options[Option.helpFlag.name] != nil || options[Option.version.name] != nil { return nil }
    }
    return nil
  }

  private mutating func readRest(of command: Command) throws(UsageError) -> Invocation {
    let name = command.name.rawValue
    if options[Option.config.name] != nil, !command.options.contains(.config) {
      throw .unknownOption(Option.config.name, command: name, suggestion: nil)
    }
    var operand: String?
    while let word = rest.popFirst() {
      if !areOptionsOver, word == "--" {
        areOptionsOver = true
      } else if !areOptionsOver, word.hasPrefix("-"), word != "-" {
        try take(word, known: command.allOptions, command: name)
        if options[Option.helpFlag.name] != nil {
          return Invocation(command: .help, operand: name)
        }
      } else {
        guard command.operand != nil, operand == nil else {
          throw .surplusArgument(word, command: name)
        }
        operand = word
      }
    }
    try check(operand, of: command)
    if let missing = command.required.first(where: { options[$0.name] == nil }) {
      throw .missingOption(missing, command: name)
    }
    if options[Option.verbose.name] != nil, options[Option.quiet.name] != nil {
      throw .exclusive(Option.verbose.name, Option.quiet.name)
    }
    return Invocation(command: command.name, options: options, operand: operand)
  }

  private func check(_ operand: String?, of command: Command) throws(UsageError) {
    guard let expected = command.operand else { return }
    guard let operand else {
      if expected.isRequired {
        throw .missingOperand(command: command.name.rawValue, choices: expected.choices)
      }
      return
    }
    guard expected.choices.contains(operand) else {
      throw .unknownOperand(
        operand,
        command: command.name.rawValue,
        choices: expected.choices,
        suggestion: Suggestion.nearest(to: operand, among: expected.choices)
      )
    }
  }

  private mutating func take(
    _ word: String,
    known: [Option],
    command: String?
  ) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let written = parts[0] == "-h" ? Option.helpFlag.name : String(parts[0])
    guard let option = known.first(where: { $0.name == written }) else {
      throw .unknownOption(
        String(parts[0]),
        command: command,
        suggestion: Suggestion.nearest(to: written, among: known.map(\.name))
      )
    }
    let attached = parts.count > 1 ? String(parts[1]) : nil
    let values = try values(of: option, attached: attached)
    guard let before = options[option.name] else {
      options[option.name] = values
      return
    }
    switch option.values {
    case .none: break
    case .fixed: throw .repeatedOption(option.name)
    case .several: options[option.name] = before + values
    }
  }

  private mutating func values(
    of option: Option,
    attached: String?
  ) throws(UsageError) -> [String] {
    var values = attached.map { [$0] } ?? []
    switch option.values {
    case .none:
      if attached != nil { throw .surplusValue(option: option.name) }
    case .fixed(let placeholders):
      while values.count < placeholders.count {
        guard let value = nextValue() else { throw .missingValue(option: option) }
        values.append(value)
      }
    case .several:
      while let value = nextValue() { values.append(value) }
      if values.isEmpty { throw .missingValue(option: option) }
    }
    if values.contains("") { throw .missingValue(option: option) }
    return values
  }

  /// The next argument, if it is none of the options; a lone `-` is a value.
  private mutating func nextValue() -> String? {
    guard let next = rest.first, !next.hasPrefix("-") || next == "-" else { return nil }
    return rest.popFirst()
  }
}
