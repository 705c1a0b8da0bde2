/// What is logged, and how: `[log]`.
package struct LogSettings: Sendable, Equatable {
  /// How a line of the log is written.
  package enum Format: String, Sendable, CaseIterable {
    case text
    case json
  }

  /// How grave a line of the log is; a log of one level has the graver ones too.
  package enum Level: String, Sendable, CaseIterable, Comparable {
    case error
    case warn
    case info
    case debug

    /// Whether the left level is graver than the right one.
    package static func < (left: Level, right: Level) -> Bool {
      left.rank < right.rank
    }

    private var rank: Int {
      switch self {
      case .error: 0
      case .warn: 1
      case .info: 2
      case .debug: 3
      }
    }
  }

  package var format: Format
  package var level: Level

  package init(
    format: Format = .text,
    level: Level = .info
  ) {
    self.format = format
    self.level = level
  }
}
