internal import Changes
internal import GitLab
internal import HTTP
internal import Platform
internal import Synchronization

/// Asks GitLab on behalf of one pass: repeats what may pass, stops what will not.
///
/// Every request of a pass goes through `ask`, so what one project's question learns of GitLab
/// (the token is refused, nobody answers, an endpoint's limit is reached) spares all later ones.
final class Requester: Sendable {
  /// What a pass has learned so far.
  struct Findings: Sendable, Equatable {
    /// Requests sent, by kind.
    var requests: [EndpointKind: Int] = [:]
    /// Until when a kind of endpoint is not asked, in local time.
    var holds: [EndpointKind: Timestamp] = [:]
    /// What ended all asking in this pass.
    var ending: GitLabError?
    /// Whether any question was answered.
    var wasAnswered = false
    /// Questions in a row that GitLab failed although the connection stood.
    fileprivate var failuresInARow = 0
    /// When the next request may go out under `requests_per_second`, in boot milliseconds.
    fileprivate var nextSlot: Int64 = 0
  }

  /// Failures in a row, over all projects, after which GitLab is taken to be down.
  private static let failureLimit = 10
  /// How long an answer without `Retry-After` holds its endpoint, in milliseconds.
  private static let defaultHold: Int64 = 60_000
  /// The longest hold that GitLab can ask for, in milliseconds.
  private static let longestHold: Int64 = 15 * 60_000
  /// The waits before the repeats of one question, in milliseconds, before jitter.
  private static let repeatWaits: [Int64] = [500, 2000]

  private let time: any TimeSource
  private let jitter: @Sendable () -> Double
  private let stop: StopFlag
  private let deadline: Int64?
  private let spacing: Int64
  private let timeout: Duration
  private let shared: Mutex<Findings>

  /// Makes the requester of one pass.
  ///
  /// - Parameters:
  ///   - time: The clock that deadlines and waits are measured by.
  ///   - jitter: Draws from 0..<1.
  ///   - stop: Raised when the pass should end.
  ///   - deadline: When the last answer must be in, in boot milliseconds; nil for no limit.
  ///   - requestsPerSecond: Our own limit; 0 for none.
  ///   - timeout: The longest that one request may take.
  ///   - holds: Holds of earlier passes, in local time.
  init(
    time: any TimeSource,
    jitter: @escaping @Sendable () -> Double,
    stop: StopFlag,
    deadline: Int64?,
    requestsPerSecond: Double,
    timeout: Duration,
    holds: [EndpointKind: Timestamp]
  ) {
    self.time = time
    self.jitter = jitter
    self.stop = stop
    self.deadline = deadline
    spacing = requestsPerSecond > 0 ? Int64((1000 / requestsPerSecond).rounded(.up)) : 0
    self.timeout = timeout
    var findings = Findings()
    let now = Timestamp(milliseconds: time.wallMilliseconds())
    findings.holds = holds.filter {
      $0.value > now && $0.value.milliseconds <= now.milliseconds + Self.longestHold
    }
    shared = Mutex(findings)
  }

  /// What the pass has learned so far.
  var findings: Findings {
    shared.withLock { $0 }
  }

  /// Returns how far a clock that has just been seen is ahead of ours, in milliseconds.
  ///
  /// A time in whole seconds is half a second old on average.
  func clockDifference(_ serverDate: Int64) -> Int64 {
    serverDate + 500 - time.wallMilliseconds()
  }

  /// Whether nothing more will be asked.
  var isOver: Bool {
    findings.ending != nil || timeLeft() <= 0
  }

  /// Asks one question, and again up to twice where that may help.
  ///
  /// The closure gets the time that its request may take.
  ///
  /// - Throws: `PollError`.
  func ask<Answer: Sendable>(
    _ kind: EndpointKind,
    _ request: @Sendable (_ timeout: Duration) async throws(GitLabError) -> Answer
  ) async throws(PollError) -> Answer {
    var attempt = 0
    while true {
      try await waitForTurn(kind)
      let error: GitLabError
      let limit = min(timeout, .milliseconds(timeLeft()))
      do {
        let answer = try await request(limit)
        noteAnswer()
        return answer
      } catch let failure {
        error = failure
      }
      if stop.isSet {
        throw .outOfTime
      }
      if timeLeft() <= 0 || (limit < timeout && error.isTimeout) {
        // A question cut short by the end of the pass says nothing of GitLab; one that had all its
        // time, or had failed before, does.
        guard attempt > 0 || limit >= timeout else { throw .outOfTime }
        _ = note(error, kind: kind, attempt: Self.repeatWaits.count)
        throw .failed(error)
      }
      guard note(error, kind: kind, attempt: attempt) else { throw .failed(error) }
      let wait = Double(Self.repeatWaits[attempt]) * (0.5 + jitter())
      attempt += 1
      guard Int64(wait) < timeLeft() else { throw .failed(error) }
      do {
        try await time.sleep(milliseconds: Int64(wait))
      } catch {
        throw .outOfTime
      }
    }
  }

  /// Milliseconds until the deadline; nothing is left once a stop was asked for.
  private func timeLeft() -> Int64 {
    guard !stop.isSet else { return 0 }
    guard let deadline else { return .max }
    return deadline - time.bootMilliseconds()
  }

  private func waitForTurn(_ kind: EndpointKind) async throws(PollError) {
    guard timeLeft() > 0 else { throw .outOfTime }
    let now = Timestamp(milliseconds: time.wallMilliseconds())
    let boot = time.bootMilliseconds()
    let isHeld = shared.withLock {
      $0.ending != nil || $0.holds[kind].map { $0 > now } ?? false
    }
    if isHeld {
      throw .held
    }
    let wait = shared.withLock { findings in
      findings.requests[kind, default: 0] += 1
      guard spacing > 0 else { return Int64(0) }
      let slot = max(findings.nextSlot, boot)
      findings.nextSlot = slot + spacing
      return slot - boot
    }
    guard wait > 0 else { return }
    guard wait < timeLeft() else { throw .outOfTime }
    do {
      try await time.sleep(milliseconds: wait)
    } catch {
      throw .outOfTime
    }
  }

  private func noteAnswer() {
    shared.withLock {
      $0.wasAnswered = true
      $0.failuresInARow = 0
    }
  }

  /// Draws the conclusions from a failure and returns whether the question is worth repeating.
  private func note(_ error: GitLabError, kind: EndpointKind, attempt: Int) -> Bool {
    let now = time.wallMilliseconds()
    let isLast = attempt >= Self.repeatWaits.count
    return shared.withLock { findings in
      switch error.consequence {
      case .token:
        // One refusal may be a hiccup of a node that restarts; a second one is the answer.
        if attempt >= 1 {
          findings.ending = error
        }
        return attempt < 1
      case .wrongServer:
        findings.ending = error
        return false
      case .unreachable(let mayPass):
        if isLast || !mayPass {
          findings.ending = error
        }
        return mayPass && !isLast
      case .limited(let seconds, let everywhere):
        let asked = seconds.map { $0 * 1000 } ?? Self.defaultHold
        let until = Timestamp(milliseconds: now + min(max(asked, 1000), Self.longestHold))
        for held in everywhere ? EndpointKind.allCases : [kind] {
          findings.holds[held] = max(findings.holds[held] ?? until, until)
        }
        return false
      case .transient:
        if isLast {
          findings.failuresInARow += 1
          if findings.failuresInARow >= Self.failureLimit {
            findings.ending = error
          }
        }
        return !isLast
      case .definite:
        findings.wasAnswered = true
        findings.failuresInARow = 0
        return false
      }
    }
  }
}
