import Changes
import Synchronization
import TestSupport

@testable import Bridge
@testable import GitLab

/// A requester over a script of failures, and a clock that only sleeping and asking move.
final class RequesterStage: Sendable {
  private struct Script {
    var replies: [GitLabError.Kind?]
    var always: GitLabError.Kind?
    var timeouts: [Duration] = []
    var milliseconds: Int64 = 0
    var whileAsked: @Sendable () -> Void = {}
  }

  let clock = ActingClock()
  let stop = StopFlag()
  let requester: Requester
  private let script: Mutex<Script>

  init(
    _ replies: [GitLabError.Kind?] = [],
    always: GitLabError.Kind? = nil,
    jitter: Double = 0.5,
    requestsPerSecond: Double = 0,
    deadline: Int64? = nil,
    timeout: Duration = .seconds(30),
    holds: [EndpointKind: Timestamp] = [:]
  ) {
    script = Mutex(Script(replies: replies, always: always))
    let clock = clock
    requester = Requester(
      time: clock,
      jitter: { jitter },
      stop: stop,
      deadline: deadline.map { clock.bootMilliseconds() + $0 },
      requestsPerSecond: requestsPerSecond,
      timeout: timeout,
      holds: holds
    )
  }

  /// The time that each request was given.
  var timeouts: [Duration] { script.withLock { $0.timeouts } }

  func error(_ kind: GitLabError.Kind) -> GitLabError {
    GitLabError(
      base: "https://git.example",
      endpoint: "projects/:id/events",
      project: .id(42),
      kind: kind
    )
  }

  /// Lets every request take a time.
  func takes(_ milliseconds: Int64) {
    script.withLock { $0.milliseconds = milliseconds }
  }

  func whileAsked(_ body: @escaping @Sendable () -> Void) {
    script.withLock { $0.whileAsked = body }
  }

  /// Asks a question of a kind and returns what was wrong, nil for an answer.
  func ask(_ kind: EndpointKind = .events) async -> PollError? {
    do throws(PollError) {
      try await requester.ask(kind) { timeout throws(GitLabError) in try reply(timeout) }
      return nil
    } catch {
      return error
    }
  }

  /// Asks for a page whose headers tell what is left of a limit, and until when.
  func page(
    _ kind: EndpointKind,
    remaining: Int64,
    of limit: Int64,
    seconds: Int64,
    name: String? = nil
  ) async -> PollError? {
    // GitLab's clock is an hour ahead of ours.
    let now = ManualClock.start + 3_600_000
    let page = Page<Int>(
      rows: [],
      serverDate: now,
      rateLimit: RateLimit(
        name: name,
        limit: limit,
        remaining: remaining,
        reset: now / 1000 + seconds
      )
    )
    do throws(PollError) {
      _ = try await requester.ask(kind) { timeout throws(GitLabError) in
        try reply(timeout)
        return page
      }
      return nil
    } catch {
      return error
    }
  }

  private func reply(_ timeout: Duration) throws(GitLabError) {
    let (kind, milliseconds, body) = script.withLock { script in
      script.timeouts.append(timeout)
      let kind = script.replies.isEmpty ? script.always : script.replies.removeFirst()
      return (kind, script.milliseconds, script.whileAsked)
    }
    body()
    clock.advance(milliseconds: min(milliseconds, timeout.milliseconds))
    if let kind { throw error(kind) }
  }
}
