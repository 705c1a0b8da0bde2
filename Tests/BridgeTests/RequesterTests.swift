import Changes
import HTTP
import TestSupport
import Testing

@testable import Bridge
@testable import GitLab

/// How one question is asked, repeated, held back and given up.
@Suite struct RequesterTests {
  // MARK: Repeats

  /// A failure, and what becomes of a question that meets it every time.
  struct Failure: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: GitLabError.Kind
    var tries = 1
    /// Whether no other question is asked in the pass.
    var ends = false
    /// Whether GitLab is known to answer.
    var isAnswer = false

    var testDescription: String { name }
  }

  private static let failures = [
    Failure(
      name: "49 refused",
      kind: .transport(.cannotConnect(reason: "x")),
      tries: 3,
      ends: true
    ),
    Failure(
      name: "50 no such name",
      kind: .transport(.cannotResolve(host: "x")),
      tries: 3,
      ends: true
    ),
    Failure(
      name: "50 the proxy's name",
      kind: .transport(.cannotResolveProxy(host: "x")),
      tries: 3,
      ends: true
    ),
    Failure(
      name: "51 the resolver hangs",
      kind: .transport(.timedOut(wasSent: false)),
      tries: 3,
      ends: true
    ),
    Failure(name: "52 silence", kind: .transport(.timedOut(wasSent: true)), tries: 3),
    Failure(
      name: "53 an answer that stops",
      kind: .transport(.connectionLost(reason: "x", wasSent: true)),
      tries: 3
    ),
    Failure(
      name: "54 55 a body without end",
      kind: .transport(.bodyTooLarge(limit: 8 << 20)),
      isAnswer: true
    ),
    Failure(
      name: "56 a flood of headers",
      kind: .transport(.malformedAnswer(reason: "x")),
      tries: 3
    ),
    Failure(name: "57 half an answer", kind: .badJSON(detail: "x"), tries: 3),
    Failure(
      name: "58 a login page",
      kind: .notJSON(status: 200, title: "x"),
      ends: true
    ),
    Failure(name: "62 a 500", kind: .serverError(status: 500, message: ""), tries: 3),
    Failure(
      name: "62 a 502 in HTML",
      kind: .notJSON(status: 502, title: "x"),
      tries: 3
    ),
    Failure(
      name: "64 a refused token",
      kind: .unauthorized(reason: .revoked),
      tries: 2,
      ends: true
    ),
    Failure(
      name: "64 a token without the scope",
      kind: .insufficientScope(scope: "read_api"),
      tries: 2,
      ends: true
    ),
    Failure(name: "65 a missing project", kind: .notFound(what: "Project"), isAnswer: true),
    Failure(name: "65 a feature that is off", kind: .forbidden(reason: nil), isAnswer: true),
    Failure(name: "66 a moved project", kind: .moved(to: .id(7)), isAnswer: true),
    Failure(
      name: "67 a redirect",
      kind: .refusedRedirect(location: "http://x"),
      ends: true
    ),
    Failure(name: "68 paging to nowhere", kind: .unusablePaging(next: "x"), tries: 3),
    Failure(
      name: "82 a bad certificate",
      kind: .transport(.tlsFailed(reason: "x")),
      ends: true
    ),
    Failure(name: "a 400", kind: .badRequest(message: ""), isAnswer: true),
  ]

  @Test(arguments: failures)
  func `a question is repeated where that may help, and ends the asking where all would fail`(
    failure: Failure
  ) async {
    let stage = RequesterStage(always: failure.kind)
    #expect(await stage.ask() == .failed(stage.error(failure.kind)))
    let tries = failure.tries
    #expect(stage.timeouts.count == tries)
    #expect(stage.requester.findings.requests == [.events: tries])
    // Between half and one and a half of 0.5 s and 2 s.
    #expect(stage.clock.sleeps == Array([500, 2000].prefix(tries - 1)))
    #expect(stage.requester.findings.wasAnswered == failure.isAnswer)
    #expect(
      stage.requester.findings.ending == (failure.ends ? stage.error(failure.kind) : nil)
    )
    #expect(stage.requester.isOver == failure.ends)
    #expect(
      await stage.ask(.commits) == (failure.ends ? .held : .failed(stage.error(failure.kind)))
    )
    #expect(stage.timeouts.count == (failure.ends ? tries : 2 * tries))
  }

  @Test(arguments: [(0.0, [250, 1000]), (0.25, [375, 1500]), (0.999, [749, 2998])])
  func `a repeat waits between a half and one and a half of its time`(
    jitter: Double,
    waits: [Int64]
  ) async {
    let stage = RequesterStage(
      [.serverError(status: 503, message: ""), .badJSON(detail: "x")],
      jitter: jitter
    )
    #expect(await stage.ask() == nil)
    #expect(stage.clock.sleeps == waits)
    #expect(stage.requester.findings.wasAnswered && stage.requester.findings.ending == nil)
  }

  @Test func `64 one refusal of the token may be a hiccup`() async {
    let stage = RequesterStage([.unauthorized(reason: .unknown)])
    #expect(await stage.ask() == nil)
    #expect(stage.requester.findings.ending == nil)
    #expect(stage.timeouts.count == 2)
  }

  @Test func `62 ten questions in a row that fail end the asking, an answer begins the count anew`()
    async
  {
    let kind = GitLabError.Kind.serverError(status: 500, message: "")
    let stage = RequesterStage(
      Array(repeating: kind, count: 27) + [nil] + Array(repeating: kind, count: 60)
    )
    for _ in 1...9 { #expect(await stage.ask() == .failed(stage.error(kind))) }
    #expect(await stage.ask() == nil)
    for _ in 1...9 { _ = await stage.ask() }
    #expect(stage.requester.findings.ending == nil)
    #expect(await stage.ask() == .failed(stage.error(kind)))
    #expect(stage.requester.findings.ending == stage.error(kind))
    #expect(await stage.ask() == .held)
  }

  // MARK: Holds

  /// What GitLab asks for, and the milliseconds that it holds its endpoint, or all.
  private static let limits: [(Duration?, Int64)] = [
    (nil, 60_000), (.zero, 1000), (.milliseconds(1200), 1000), (.seconds(30), 30_000),
    (.seconds(900), 900_000), (.seconds(901), 900_000), (.seconds(366 * 86_400), 900_000),
  ]

  @Test(arguments: limits)
  func `59 60 a limit is not asked again, and holds within reason what it speaks of`(
    after: Duration?,
    pause: Int64
  ) async {
    for limiter in [GitLabError.RateLimiter.application, .rack] {
      let kind = GitLabError.Kind.rateLimited(retryAfter: after, by: limiter)
      let stage = RequesterStage([kind])
      #expect(await stage.ask() == .failed(stage.error(kind)))
      #expect(stage.timeouts.count == 1)
      #expect(await stage.ask() == .held)
      let until = Timestamp(milliseconds: ManualClock.start + pause)
      let held = limiter == .rack ? EndpointKind.allCases : [.events]
      #expect(
        stage.requester.findings.holds == Dictionary(uniqueKeysWithValues: held.map { ($0, until) })
      )
      #expect(await stage.ask(.pipelines) == (limiter == .rack ? .held : nil))
      stage.clock.advance(milliseconds: pause - 1)
      #expect(await stage.ask() == .held)
      stage.clock.advance(milliseconds: 1)
      #expect(await stage.ask() == nil)
    }
  }

  @Test func `59 a shorter limit does not end a longer one`() async {
    let stage = RequesterStage([
      .rateLimited(retryAfter: .seconds(600), by: .application),
      .rateLimited(retryAfter: .seconds(5), by: .rack),
    ])
    _ = await stage.ask(.jobs)
    _ = await stage.ask(.events)
    let start = ManualClock.start
    #expect(stage.requester.findings.holds[.jobs] == Timestamp(milliseconds: start + 600_000))
    #expect(stage.requester.findings.holds[.events] == Timestamp(milliseconds: start + 5000))
  }

  @Test func `59 holds of earlier passes count, but for those that a clock set back made longer`()
    async
  {
    func at(_ milliseconds: Int64) -> Timestamp {
      Timestamp(milliseconds: ManualClock.start + milliseconds)
    }
    let stage = RequesterStage(holds: [
      .events: at(900_000), .jobs: at(900_001), .commits: at(0), .project: at(1),
    ])
    #expect(await stage.ask(.events) == .held)
    #expect(await stage.ask(.jobs) == nil)
    #expect(await stage.ask(.commits) == nil)
    #expect(await stage.ask(.project) == .held)
    #expect(stage.requester.findings.holds == [.events: at(900_000), .project: at(1)])
  }

  // MARK: Pace

  @Test func `requests go out no faster than requests_per_second, whatever their kind`() async {
    let stage = RequesterStage(requestsPerSecond: 4)
    for kind in [EndpointKind.events, .jobs, .events, .commits] {
      #expect(await stage.ask(kind) == nil)
    }
    #expect(stage.clock.sleeps == [250, 250, 250])
    stage.clock.advance(milliseconds: 10_000)
    #expect(await stage.ask() == nil)
    #expect(stage.clock.sleeps.count == 3)
  }

  @Test func `repeats keep to requests_per_second as well`() async {
    let stage = RequesterStage(
      always: .serverError(status: 500, message: ""),
      requestsPerSecond: 0.25
    )
    _ = await stage.ask()
    #expect(stage.clock.sleeps == [500, 3500, 2000, 2000])
  }

  @Test(arguments: [1e-300, 0.001]) func `a turn beyond the end of the pass is not taken`(
    rate: Double
  ) async {
    let stage = RequesterStage(requestsPerSecond: rate, deadline: 5000)
    #expect(await stage.ask() == nil)
    #expect(await stage.ask() == .outOfTime)
    #expect(stage.clock.sleeps.isEmpty)
    #expect(stage.requester.findings.requests == [.events: 1])
  }

  @Test func `what is learned while a question waits for its turn counts for it`() async {
    let kind = GitLabError.Kind.rateLimited(retryAfter: .seconds(30), by: .rack)
    let stage = RequesterStage([nil, kind], requestsPerSecond: 1)
    #expect(await stage.ask() == nil)
    stage.clock.whileAsleep = { _ = await stage.ask(.pipelines) }
    #expect(await stage.ask() == .held)
    #expect(stage.requester.findings.requests == [.events: 1, .pipelines: 1])
    #expect(stage.timeouts.count == 2)
  }

  // MARK: The end of the pass

  @Test func `a request gets the time that is left, and at most its own`() async {
    let stage = RequesterStage(deadline: 40_000, timeout: .seconds(30))
    #expect(await stage.ask() == nil)
    stage.clock.advance(milliseconds: 25_000)
    #expect(await stage.ask() == nil)
    stage.clock.advance(milliseconds: 15_000)
    #expect(await stage.ask() == .outOfTime)
    #expect(stage.timeouts == [.seconds(30), .seconds(15)])
    #expect(stage.requester.isOver)
  }

  @Test func `a question cut short by the end of the pass is no failure`() async {
    let stage = RequesterStage(always: .transport(.timedOut(wasSent: true)), deadline: 20_000)
    stage.takes(20_000)
    #expect(await stage.ask() == .outOfTime)
    #expect(stage.timeouts == [.seconds(20)])
  }

  @Test func `52 a question that had all its time is a failure, although the pass ends with it`()
    async
  {
    let kind = GitLabError.Kind.transport(.timedOut(wasSent: true))
    let stage = RequesterStage(always: kind, deadline: 47_000)
    stage.takes(30_000)
    #expect(await stage.ask() == .failed(stage.error(kind)))
    #expect(stage.timeouts == [.seconds(30), .milliseconds(16_500)])
    let short = RequesterStage(always: kind, deadline: 30_000)
    short.takes(30_000)
    #expect(await short.ask() == .failed(short.error(kind)))
  }

  @Test func `no repeat begins that could not be answered in time`() async {
    let kind = GitLabError.Kind.serverError(status: 500, message: "")
    let stage = RequesterStage(always: kind, deadline: 2000)
    #expect(await stage.ask() == .failed(stage.error(kind)))
    #expect(stage.timeouts.count == 2)
    #expect(stage.clock.sleeps == [500])
    #expect(!stage.requester.isOver)
  }

  @Test func `an answer at the last moment counts, a limit above all`() async {
    let limited = GitLabError.Kind.rateLimited(retryAfter: .seconds(90), by: .application)
    for kind in [limited, .notFound(what: "Project")] {
      let stage = RequesterStage(always: kind, deadline: 10_000)
      stage.takes(10_000)
      #expect(await stage.ask() == .failed(stage.error(kind)))
      let until = Timestamp(milliseconds: ManualClock.start + 100_000)
      #expect(stage.requester.findings.holds == (kind == limited ? [.events: until] : [:]))
    }
    let refused = RequesterStage(always: .unauthorized(reason: .unknown), deadline: 10_000)
    refused.takes(10_000)
    _ = await refused.ask()
    #expect(refused.requester.findings.ending == nil)
  }

  @Test func `after the wish to stop nothing is asked, and a failure means nothing`() async {
    let stage = RequesterStage(always: .transport(.cannotConnect(reason: "x")))
    stage.whileAsked { stage.stop.set() }
    #expect(await stage.ask() == .outOfTime)
    #expect(await stage.ask() == .outOfTime)
    #expect(stage.timeouts.count == 1)
    #expect(stage.requester.findings.ending == nil)
  }

  // MARK: 61, what is left of GitLab's limit

  @Test func `61 little that is left is spread over its time, kind by kind`() async {
    let stage = RequesterStage()
    #expect(await stage.page(.events, remaining: 10, of: 600, seconds: 20) == nil)
    #expect(await stage.page(.events, remaining: 9, of: 600, seconds: 18) == nil)
    #expect(await stage.page(.pipelines, remaining: 300, of: 600, seconds: 20) == nil)
    #expect(await stage.page(.pipelines, remaining: 300, of: 600, seconds: 20) == nil)
    #expect(await stage.page(.events, remaining: 600, of: 600, seconds: 60) == nil)
    #expect(await stage.page(.events, remaining: 599, of: 600, seconds: 60) == nil)
    #expect(stage.clock.sleeps == [2000, 2000])
  }

  @Test func `61 the limit on everything is shared by all kinds`() async {
    let stage = RequesterStage()
    let name = "throttle_authenticated_api"
    #expect(await stage.page(.events, remaining: 10, of: 600, seconds: 20, name: name) == nil)
    #expect(await stage.ask(.commits) == nil)
    #expect(await stage.ask(.project) == nil)
    #expect(stage.clock.sleeps == [2000, 2000])
    #expect(await stage.page(.jobs, remaining: 0, of: 600, seconds: 14, name: name) == nil)
    let until = Timestamp(milliseconds: stage.clock.wallMilliseconds() + 14_000)
    #expect(stage.requester.findings.holds.count == EndpointKind.allCases.count)
    #expect(Set(stage.requester.findings.holds.values) == [until])
  }

  @Test func `61 an answer without headers changes nothing`() async {
    let stage = RequesterStage()
    #expect(await stage.page(.events, remaining: 10, of: 600, seconds: 20) == nil)
    _ = try? await stage.requester.ask(.events) { _ in Page<Int>(rows: []) }
    #expect(await stage.ask() == nil)
    #expect(stage.clock.sleeps == [2000, 2000])
  }

  @Test func `61 nothing left holds the kind until the window ends`() async {
    let stage = RequesterStage()
    #expect(await stage.page(.events, remaining: 0, of: 600, seconds: 20) == nil)
    #expect(await stage.page(.events, remaining: 0, of: 600, seconds: 20) == .held)
    #expect(await stage.ask(.pipelines) == nil)
    let until = Timestamp(milliseconds: ManualClock.start + 20_000)
    #expect(stage.requester.findings.holds == [.events: until])
    stage.clock.advance(milliseconds: 20_000)
    #expect(await stage.page(.events, remaining: 599, of: 600, seconds: 60) == nil)
  }

  @Test func `61 whoever would wait over ten seconds is asked in the next pass`() async {
    let stage = RequesterStage(deadline: 47_000)
    #expect(await stage.page(.events, remaining: 4, of: 600, seconds: 44) == nil)
    #expect(await stage.page(.events, remaining: 4, of: 600, seconds: 44) == .held)
    #expect(stage.clock.sleeps.isEmpty && stage.timeouts.count == 1)
    #expect(stage.requester.findings.holds.isEmpty)
    stage.clock.advance(milliseconds: 1000)
    #expect(await stage.page(.events, remaining: 3, of: 600, seconds: 43) == nil)
    #expect(stage.clock.sleeps == [10_000])
  }

  @Test func `61 the end of the pass comes before a turn that is too late for it`() async {
    let stage = RequesterStage(deadline: 3000)
    #expect(await stage.page(.events, remaining: 4, of: 600, seconds: 20) == nil)
    #expect(await stage.page(.events, remaining: 4, of: 600, seconds: 20) == .outOfTime)
    #expect(stage.clock.sleeps.isEmpty && stage.timeouts.count == 1)
  }

  @Test func `rows of no use are counted by kind`() async {
    let stage = RequesterStage()
    for kind in [EndpointKind.events, .pipelines, .events] {
      _ = try? await stage.requester.ask(kind) { _ in Page<Int>(rows: [], skippedRows: 2) }
    }
    _ = try? await stage.requester.ask(.jobs) { _ in Page<Int>(rows: [1]) }
    #expect(stage.requester.findings.skippedRows == [.events: 4, .pipelines: 2])
  }
}
