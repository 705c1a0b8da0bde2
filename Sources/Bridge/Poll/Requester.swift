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
    /// Rows that could not be used, by kind.
    var skippedRows: [EndpointKind: Int] = [:]
    /// Until when a kind of endpoint is not asked, in local time.
    var holds: [EndpointKind: Timestamp] = [:]
    /// What ended all asking in this pass.
    var ending: GitLabError?
    /// Whether any question was answered.
    var wasAnswered = false
    /// Questions in a row that GitLab failed although the connection stood.
    fileprivate var failuresInARow = 0
    /// Under `requests_per_second`.
    fileprivate var pace = Pace()
    /// Under GitLab's own limits where little is left of them: of all kinds (nil), or of one.
    fileprivate var paces: [EndpointKind?: Pace] = [:]
  }

  /// A distance between requests.
  fileprivate struct Pace: Sendable, Equatable {
    /// Milliseconds between two requests.
    var spacing: Int64 = 0
    /// When the next request may go out, in boot milliseconds.
    var nextSlot: Int64 = 0

    mutating func take(_ slot: Int64) {
      nextSlot = slot + spacing
    }
  }

  /// How long an answer without `Retry-After` holds its endpoint, in milliseconds.
  static let defaultHold: Int64 = 60_000
  /// The longest hold that GitLab can ask for, in milliseconds.
  static let longestHold: Int64 = 15 * 60_000
  /// Failures in a row, over all projects, after which GitLab is taken to be down.
  private static let failureLimit = 10
  /// The waits before the repeats of one question, in milliseconds, before jitter.
  private static let repeatWaits: [Int64] = [500, 2000]
  /// The longest that a question waits for its turn under GitLab's limit, in milliseconds.
  ///
  /// Those for whom that is not enough are asked first in the next pass, while this one goes on
  /// with what it may ask.
  private static let patience: Int64 = 10_000

  private let time: any TimeSource
  private let jitter: @Sendable () -> Double
  private let stop: StopFlag
  private let deadline: Int64?
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
    self.timeout = timeout
    var findings = Findings()
    if requestsPerSecond > 0 {
      // A rate near zero makes no number that an integer could not hold.
      findings.pace.spacing = Int64(min((1000 / requestsPerSecond).rounded(.up), 1e12))
    }
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

  /// Whether questions are kept at a distance from each other: more at a time gain nothing then.
  var isPaced: Bool {
    shared.withLock { $0.pace.spacing > 0 || !$0.paces.isEmpty }
  }

  /// Asks one question, and again up to twice where that may help.
  ///
  /// The closure gets the time that its request may take.
  ///
  /// - Parameters:
  ///   - kind: What is asked for.
  ///   - reserve: Milliseconds of the pass that are not for this question.
  ///   - request: Sends the question once.
  /// - Returns: The answer.
  /// - Throws: `PollError`.
  func ask<Answer: Sendable>(
    _ kind: EndpointKind,
    reserving reserve: Int64 = 0,
    _ request: @Sendable (_ timeout: Duration) async throws(GitLabError) -> Answer
  ) async throws(PollError) -> Answer {
    try await answer(kind, reserving: reserve, request)
  }

  /// Asks for one page, and learns from it how much of GitLab's limit is left.
  ///
  /// - Throws: `PollError`.
  func ask<Row>(
    _ kind: EndpointKind,
    reserving reserve: Int64 = 0,
    _ request: @Sendable (_ timeout: Duration) async throws(GitLabError) -> Page<Row>
  ) async throws(PollError) -> Page<Row> {
    let page = try await answer(kind, reserving: reserve, request)
    note(page, kind: kind)
    return page
  }

  private func answer<Answer: Sendable>(
    _ kind: EndpointKind,
    reserving reserve: Int64,
    _ request: @Sendable (_ timeout: Duration) async throws(GitLabError) -> Answer
  ) async throws(PollError) -> Answer {
    var attempt = 0
    while true {
      try await waitForTurn(kind, reserving: reserve)
      let error: GitLabError
      let limit = min(timeout, .milliseconds(timeLeft(reserving: reserve)))
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
      if let needed = error.timeout(of: timeout),
        limit < needed || timeLeft(reserving: reserve) <= 0
      {
        // A question cut short by the end of the pass says nothing of GitLab; one that had all its
        // time, or had failed before, does.
        guard attempt > 0 || limit >= needed else { throw .outOfTime }
        _ = note(error, kind: kind, attempt: Self.repeatWaits.count)
        throw .failed(error)
      }
      guard note(error, kind: kind, attempt: attempt) else { throw .failed(error) }
      let wait = Int64(Double(Self.repeatWaits[attempt]) * (0.5 + jitter()))
      attempt += 1
      guard wait < timeLeft(reserving: reserve) else { throw .failed(error) }
      try await pause(wait)
    }
  }

  /// Milliseconds until the deadline; nothing is left once a stop was asked for.
  func timeLeft(reserving reserve: Int64 = 0) -> Int64 {
    guard !stop.isSet else { return 0 }
    guard let deadline else { return .max }
    return deadline - reserve - time.bootMilliseconds()
  }

  private func pause(_ milliseconds: Int64) async throws(PollError) {
    do {
      try await time.sleep(milliseconds: milliseconds)
    } catch {
      throw .outOfTime
    }
  }

  // MARK: Turns

  private func waitForTurn(
    _ kind: EndpointKind,
    reserving reserve: Int64
  ) async throws(PollError) {
    let wait = try takeTurn(kind, reserving: reserve)
    if wait > 0 {
      try await pause(wait)
      // What others have learned meanwhile counts for this question too.
      guard timeLeft(reserving: reserve) > 0 else { throw .outOfTime }
      guard !isHeld(kind) else { throw .held }
    }
    shared.withLock { $0.requests[kind, default: 0] += 1 }
  }

  /// Takes the next turn of a kind and returns the milliseconds until then.
  private func takeTurn(
    _ kind: EndpointKind,
    reserving reserve: Int64
  ) throws(PollError) -> Int64 {
    let left = timeLeft(reserving: reserve)
    guard left > 0 else { throw .outOfTime }
    guard !isHeld(kind) else { throw .held }
    let boot = time.bootMilliseconds()
    return try shared.withLock { findings -> Result<Int64, PollError> in
      let scopes = [nil, kind].filter { findings.paces[$0] != nil }
      let limited = scopes.compactMap { findings.paces[$0]?.nextSlot }.max() ?? boot
      guard limited - boot <= Self.patience else { return .failure(.held) }
      let slot = max(boot, limited, findings.pace.nextSlot)
      guard slot - boot < left else { return .failure(.outOfTime) }
      findings.pace.take(slot)
      for scope in scopes {
        findings.paces[scope]?.take(slot)
      }
      return .success(slot - boot)
    }.get()
  }

  private func isHeld(_ kind: EndpointKind) -> Bool {
    let now = Timestamp(milliseconds: time.wallMilliseconds())
    return shared.withLock {
      $0.ending != nil || $0.holds[kind].map { $0 > now } ?? false
    }
  }

  // MARK: Conclusions

  private func noteAnswer() {
    shared.withLock {
      $0.wasAnswered = true
      $0.failuresInARow = 0
    }
  }

  /// Draws the conclusions from a page: rows of no use, and what is left of GitLab's limit.
  private func note<Row>(_ page: Page<Row>, kind: EndpointKind) {
    if page.skippedRows > 0 {
      shared.withLock { $0.skippedRows[kind, default: 0] += page.skippedRows }
    }
    // An answer without headers says nothing of a limit.
    guard let limit = page.rateLimit else { return }
    let now = Timestamp(milliseconds: time.wallMilliseconds())
    let boot = time.bootMilliseconds()
    let headroom = Headroom(limit, now: page.serverDate.map(Timestamp.init(milliseconds:)) ?? now)
    let scope = limit.isOnEverything ? nil : kind
    shared.withLock { findings in
      switch headroom {
      case .ample:
        findings.paces[scope] = nil
      case .spaced(let spacing):
        let slot = findings.paces[scope]?.nextSlot ?? boot + spacing
        findings.paces[scope] = Pace(spacing: spacing, nextSlot: slot)
      case .spent(let pause):
        findings.hold(scope, until: Timestamp(milliseconds: now.milliseconds + pause))
      }
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
        let pause = min(max(asked, 1000), Self.longestHold)
        findings.hold(
          everywhere ? nil : kind,
          until: Timestamp(milliseconds: now + pause)
        )
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

extension Requester.Findings {
  /// Holds a kind, or all of them, until a time, or for as long as it was held already.
  fileprivate mutating func hold(_ scope: EndpointKind?, until: Timestamp) {
    for kind in scope.map({ [$0] }) ?? EndpointKind.allCases {
      holds[kind] = max(holds[kind] ?? until, until)
    }
  }
}
