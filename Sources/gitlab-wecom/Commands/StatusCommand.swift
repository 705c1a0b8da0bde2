internal import Bridge

/// `status`: what the state holds.
struct StatusCommand: Sendable {
  let session: Session

  /// Prints the status and returns the exit code.
  func run(isJSON: Bool, isVerbose: Bool) -> Int32 {
    let console = session.console
    let bridge = GitLabBridge(
      configuration: session.configuration,
      surroundings: .machine(session.configuration, userAgent: Version.userAgent),
      stop: StopFlag()
    )
    let report = bridge.status()
    if let failure = report.failure, !isJSON {
      console.fail(failure)
      return report.exitCode.rawValue
    }
    let printed = console.print(
      isJSON ? report.json : StatusText.text(of: report, isVerbose: isVerbose)
    )
    return report.exitCode == .ok ? printed : report.exitCode.rawValue
  }
}
