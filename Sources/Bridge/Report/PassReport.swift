/// What a pass came to, for people and for the exit code.
package struct PassReport: Sendable, Equatable {
  package var exitCode: ExitCode = .ok
  /// What there is reason to say, in order.
  package var sayings: [Saying] = []
  /// Everything that is wrong in this pass, whether it is among the sayings or was said before.
  package var troubles: [Saying] = []
  /// Projects that the routes select.
  package var projects = 0
  /// Projects that were asked in this pass.
  package var asked = 0
  /// Whether the watch began with this pass.
  package var isFirst = false
  /// Pushes found that somebody is told of.
  package var pushes = 0
  /// Failed builds found that somebody is told of.
  package var builds = 0
  /// Messages posted one by one.
  package var posted = 0
  /// Digests posted, and the messages told by them.
  package var digests = 0
  package var inDigests = 0
  /// Messages not told for their age.
  package var tooOld = 0
  /// Messages that wait, by bot, with the reason in words.
  package var waiting: [Waiting] = []
  /// Requests sent to GitLab, by kind of endpoint.
  package var requests: [String: Int] = [:]
  /// Milliseconds from start to end.
  package var milliseconds: Int64 = 0
  /// Whether another pass was at work, so that this one did nothing.
  package var wasBusy = false

  /// What waits for one bot after a pass.
  package struct Waiting: Sendable, Equatable {
    package var bot: String
    package var messages: Int
    /// Why it waits; nil when only for the pace.
    package var reason: String?
    /// Milliseconds until the next try.
    package var milliseconds: Int64
  }

  package init() {}
}
