internal import Bridge
internal import Configuration
internal import Platform

/// `check`: the doctor.
struct CheckCommand: Sendable {
  private let invocation: Invocation
  private let file: ConfigurationFile
  private let console = Console()

  init(_ invocation: Invocation, file: ConfigurationFile) {
    self.invocation = invocation
    self.file = file
  }

  /// Examines everything and returns the exit code.
  func run() async -> Int32 {
    let configuration = file.loaded.configuration
    let bridge = GitLabBridge(
      configuration: configuration,
      surroundings: .machine(configuration, userAgent: Version.userAgent),
      stop: StopFlag()
    )
    let explained = invocation.values(of: .explain)
    if explained.count == 2 {
      let answer = await bridge.explain(project: explained[0], branch: explained[1])
      let printed = console.print(answer.lines.joined(separator: "\n"))
      return answer.exitCode == .ok ? printed : answer.exitCode.rawValue
    }
    let report = await bridge.check(
      file: file.path,
      remarks: file.loaded.remarks,
      sends: invocation.has(.send),
      isThorough: invocation.has(.verbose)
    )
    let check = CheckText(
      report: report,
      isVerbose: invocation.has(.verbose),
      columns: Terminal.width(.output)
    )
    let printed = console.print(check.text)
    return report.exitCode == .ok ? printed : report.exitCode.rawValue
  }
}
