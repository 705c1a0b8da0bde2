/// What a simulated day came to.
package struct DayReport: Sendable {
  /// The kinds of messages by how soon they must be told.
  package enum Class: String, CaseIterable, Sendable {
    case build = "failed builds"
    case reportedPush = "pushes of projects reported as active"
    case otherPush = "other pushes"

    /// The longest time from the moment GitLab shows the row to the pass that tells it, in seconds.
    package var bound: Int {
      switch self {
      case .build: 5 * 60
      case .reportedPush: 60
      case .otherPush: 15 * 60
      }
    }
  }

  /// How long one message took.
  package struct Delay: Sendable {
    package var kind: Class
    /// From the moment that GitLab shows the row to the start of the pass that found it, in
    /// milliseconds; 0 for what became visible while that pass was at work.
    package var untilPass: Int64
    /// From that moment until the group could read it, in milliseconds.
    package var untilPost: Int64
    /// The project, the id of the event or job, and when GitLab showed it, to find it again.
    package var subject: String
  }

  /// The requests of one pass.
  package struct PassCost: Sendable {
    package var requests: [RequestKind: Int]
    /// Whether it found anything to tell.
    package var hasNews: Bool
  }

  /// Every pass but the first, which is the baseline.
  package var passes: [PassCost] = []
  package var delays: [Delay] = []
  /// What should have been told and was not.
  package var lost: [String] = []
  /// What was told more often than it happened.
  package var doubled: [String] = []
  /// What passes had to say, and codes other than 0.
  package var complaints: [String] = []

  /// The messages that broke their bound.
  package var late: [Delay] {
    delays.filter { $0.untilPass > Int64($0.kind.bound) * 1000 }
  }
}
