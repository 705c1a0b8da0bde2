/// The exit codes that the bridge ends with; where several apply, the first of this order does.
package enum ExitCode: Int32, Sendable, CaseIterable {
  /// The command line cannot be used.
  case usage = 64
  /// The configuration cannot be used, or GitLab is another one than the state belongs to.
  case configuration = 78
  /// The state cannot be created.
  case cannotCreate = 73
  /// The state cannot be written.
  case cannotWrite = 74
  /// The state is damaged, or newer than this program.
  case damaged = 65
  /// GitLab refuses the token.
  case token = 77
  /// GitLab is not reachable at all.
  case unreachable = 69
  /// A bug of this program.
  case bug = 70
  /// Another pass has held the lock for too long.
  case busy = 75
  /// Something failed, or waits because of a failure, and will be tried again.
  case failed = 1
  /// All well, nothing to do, or waiting only for the pace.
  case ok = 0

  /// Returns the code that a pass ends with when several apply.
  package static func first(of codes: some Sequence<ExitCode>) -> ExitCode {
    let present = Set(codes)
    return allCases.first { present.contains($0) } ?? .ok
  }
}
