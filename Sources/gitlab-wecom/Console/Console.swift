internal import Bridge
internal import Configuration
internal import Platform

/// What the program says, and where: results on standard output, all else on standard error.
struct Console: Sendable {
  /// How much is said.
  enum Talk: Sendable {
    case quiet
    case normal
    case verbose
  }

  var talk = Talk.normal
  /// How the log and the troubles are written.
  var log = Log()

  /// Whether a person watches standard error.
  let isWatched = Terminal.isTerminal(.error)
  /// Whether lines can be redrawn on standard error.
  let movesCursor = Terminal.movesCursor(.error)

  /// Prints a result and returns the exit code that the printing deserves.
  ///
  /// A reader that has gone away has seen what it wanted; a full disk has not.
  @discardableResult
  func print(_ text: String) -> Int32 {
    switch StandardStream.output.write(text.hasSuffix("\n") ? text : text + "\n") {
    case .written, .closed:
      return ExitCode.ok.rawValue
    case .failed(let error):
      fail("cannot write to standard output: \(error)")
      return ExitCode.failed.rawValue
    }
  }

  /// Says an error of the command line or of the start, whatever the log's format is.
  func fail(_ text: String) {
    StandardStream.error.write("gitlab-wecom: \(text)\n")
  }

  /// Says what a pass has reason to say.
  ///
  /// With nobody watching only warnings and errors are said, so that cron mails nothing else.
  func say(_ saying: Saying) {
    switch talk {
    case .quiet: guard saying.level == .error else { return }
    case .normal: guard isWatched || saying.level <= .warning else { return }
    case .verbose: break
    }
    log.write(saying)
  }
}
