internal import Bridge
internal import Configuration
internal import Platform

/// The command-line program.
@main
enum Program {
  static func main() async {
    Hardening.apply()
    guard Hardening.descriptorLimit >= fewestDescriptors else {
      Console().fail(
        "only \(Hardening.descriptorLimit) files may be open at a time, and \(fewestDescriptors) "
          + "are needed; raise the limit (ulimit -n)"
      )
      Executable.exit(ExitCode.cannotCreate.rawValue)
    }
    let code = await run(Array(CommandLine.arguments.dropFirst()))
    Executable.exit(code)
  }

  /// With fewer the thread pool of Swift's own runtime traps in the middle of the work.
  private static let fewestDescriptors = 64

  /// Does what a command line asks for and returns the exit code.
  static func run(_ arguments: [String]) async -> Int32 {
    let console = Console()
    let invocation: Invocation
    do {
      invocation = try Invocation.parse(arguments)
    } catch {
      console.fail(error.description)
      return ExitCode.usage.rawValue
    }
    switch invocation.command {
    case .help:
      return help(invocation, console)
    case .completions:
      let shell = Completions.Shell(rawValue: invocation.operand ?? "") ?? .bash
      return console.print(Completions.text(for: shell))
    case .service:
      return service(invocation, console)
    case .run, .watch, .check, .status, .backfill, .baseline:
      return await configured(invocation, console)
    }
  }

  private static func help(_ invocation: Invocation, _ console: Console) -> Int32 {
    if invocation.has(.version) {
      return console.print("gitlab-wecom \(Version.text)")
    }
    guard let name = invocation.operand.flatMap(Command.Name.init) else {
      return console.print(HelpText.overview)
    }
    return console.print(HelpText.text(of: Command.named(name)))
  }

  private static func service(_ invocation: Invocation, _ console: Console) -> Int32 {
    guard let program = Executable.path else {
      console.fail("the program's own place is not known: /proc is missing")
      return ExitCode.failed.rawValue
    }
    let named = invocation.values(of: .config).first ?? ConfigurationFile.foundPath
    let path = ConfigurationFile.absolute(named ?? "/etc/gitlab-wecom/config.toml")
    let text = ServiceText(program: program, configuration: path)
    return console.print(invocation.operand == "cron" ? text.cron : text.systemd)
  }

  /// Reads the configuration and hands over to the commands that need one.
  private static func configured(_ invocation: Invocation, _ console: Console) async -> Int32 {
    let named = invocation.values(of: .config).first
    let file: ConfigurationFile
    do {
      file = try ConfigurationFile.load(named: named)
    } catch {
      switch error {
      case .missing, .unreadable: console.fail(error.description)
      case .unusable(let errors): StandardStream.error.write(errors.description + "\n")
      }
      return ExitCode.configuration.rawValue
    }
    let session = Session(invocation, configuration: file.loaded.configuration)
    switch invocation.command {
    case .run:
      let command = RunCommand(session: session)
      return await invocation.has(.dryRun) ? command.preview() : command.run()
    case .watch:
      return await WatchCommand(session: session, path: file.path).run()
    case .check:
      return await CheckCommand(invocation, file: file).run()
    case .status:
      return StatusCommand(session: session).run(
        isJSON: invocation.has(.json),
        isVerbose: invocation.has(.everything)
      )
    case .backfill:
      return await BackfillCommand(session: session).run(invocation)
    case .baseline:
      return await BaselineCommand(session: session).run(invocation.values(of: .project))
    case .help, .completions, .service:
      preconditionFailure("these commands need no configuration")
    }
  }
}
