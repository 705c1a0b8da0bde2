/// What `check` found: lines in the order in which they are printed.
package struct CheckReport: Sendable, Equatable {
  /// One thing that was examined.
  package struct Line: Sendable, Equatable {
    /// `config`, `gitlab`, `token`, `route 1`, `bot`.
    package var subject: String
    /// Columns; those of lines of one kind are aligned with each other.
    package var cells: [String]
    /// The last column, in which the verdicts of all lines stand.
    package var verdict: String
    /// What there is to look at, and what to do about it.
    package var findings: [Finding] = []
    /// What more there is to tell, when asked for.
    package var notes: [String] = []
  }

  /// Something to look at.
  package struct Finding: Sendable, Equatable {
    /// `ok` for a remark that keeps nothing from working.
    package var exitCode: ExitCode
    /// What it is and what to do; further lines are indented already.
    package var text: String

    static func remark(_ text: String) -> Finding { Finding(exitCode: .ok, text: text) }
  }

  package var lines: [Line] = []

  /// Everything to look at.
  package var findings: [Finding] { lines.flatMap(\.findings) }

  /// 0 with remarks only, else the code that `run` would end with.
  package var exitCode: ExitCode { .first(of: findings.map(\.exitCode)) }
}
