import Changes
import HTTP
import Sandbox
import Synchronization
import TestSupport
import Testing

@testable import Bridge

/// The gate comes page by page, and the projects that a page names are read beside the next.
@Suite(.timeLimit(.minutes(15))) struct GatePagesTests {
  /// Carries requests to a sandbox whose gate has small pages, and notes what was asked.
  private final class SmallPages: Transport {
    private struct Record {
      var asked: [String] = []
      var pages: [Int] = []
      var underWay = 0
      var peak = 0
    }

    private let transport: any Transport
    private let size: Int
    private let isShifted: Bool
    private let gatekeeper: @Sendable (String) async -> Void
    private let record = Mutex(Record())

    /// Makes the transport.
    ///
    /// - Parameters:
    ///   - transport: Who carries the requests on.
    ///   - size: The rows of a page.
    ///   - isShifted: Whether each page repeats the last row of the one before.
    ///   - gatekeeper: Suspends a request, by what is asked, before it goes out.
    init(
      _ transport: any Transport,
      size: Int,
      isShifted: Bool,
      gatekeeper: @escaping @Sendable (String) async -> Void
    ) {
      self.transport = transport
      self.size = size
      self.isShifted = isShifted
      self.gatekeeper = gatekeeper
    }

    /// What GitLab was asked for, in order: the part of the address that tells.
    var asked: [String] { record.withLock { $0.asked } }

    /// How many requests had been sent when each page of the gate was there.
    var pages: [Int] { record.withLock { $0.pages } }

    /// The most requests that were under way at the same time.
    var peak: Int { record.withLock { $0.peak } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      guard let root = request.url.firstRange(of: "/api/v4/") else {
        return try await transport.send(request)
      }
      let target = String(request.url[root.upperBound...])
      record.withLock { record in
        record.asked.append(target)
        record.underWay += 1
        record.peak = max(record.peak, record.underWay)
      }
      defer { record.withLock { $0.underWay -= 1 } }
      await gatekeeper(target)
      guard target.isGate else { return try await transport.send(request) }
      let response = try await transport.send(small(request))
      record.withLock { $0.pages.append($0.asked.count) }
      return response
    }

    private func small(_ request: HTTPRequest) -> HTTPRequest {
      var request = request
      let parts = request.url.split(separator: "&").map { part in
        if part.hasPrefix("per_page=") { return "per_page=\(size)" }
        guard isShifted, part.hasPrefix("id_after="), let id = Int(part.dropFirst(9)) else {
          return String(part)
        }
        return "id_after=\(id - 1)"
      }
      request.url = parts.joined(separator: "&")
      return request
    }
  }

  /// A scene with sixteen projects, of which all but the last four have just had a push.
  private struct Stage {
    let scene = PassScene()
    let projects: [Int]
    /// The sweep before the pass.
    let before: SweepState

    var active: [Int] { projects.dropLast(4) }

    init() async throws {
      projects = [scene.project] + (2...16).map { [scene] in scene.addProject("project-\($0)") }
      try await scene.pass(after: 5 * 3_600_000)
      try await scene.pass()
      before = try scene.state.sweep
      push()
    }

    func push() {
      for project in active { scene.push("of \(project)", to: project) }
    }

    /// Runs a pass of so many questions at a time.
    func pass(
      width: Int = 8,
      size: Int = 2,
      isShifted: Bool = false,
      gatekeeper: @escaping @Sendable (String) async -> Void = { _ in }
    ) async throws -> (report: PassReport, transport: SmallPages) {
      scene.settings.concurrency = width
      let transport = SmallPages(
        scene.transport,
        size: size,
        isShifted: isShifted,
        gatekeeper: gatekeeper
      )
      scene.detour = transport
      defer { scene.detour = nil }
      return (try await scene.pass(), transport)
    }

    func expectAllToldOnce() {
      #expect(scene.told.sorted() == active.map { "of \($0)" }.sorted())
    }
  }

  // MARK: Order

  @Test func `who is named by a page is asked before the next page is there`() async throws {
    let stage = try await Stage()
    let isAsked = StopFlag()
    let (_, transport) = try await stage.pass { target in
      if target.events != nil { isAsked.set() }
      // A pass that read the gate to its end first would wait for ever.
      if target.isGate, target.contains("id_after=") { await isAsked.wait() }
    }
    #expect(transport.pages.count == 6)
    let second = try #require(transport.pages.dropFirst().first)
    let early = transport.asked.prefix(second).compactMap(\.events)
    #expect(!early.isEmpty)
    #expect(Set(early).isSubset(of: stage.projects.prefix(2)))
    stage.expectAllToldOnce()
  }

  @Test func `the gate is one of the questions at a time`() async throws {
    let stage = try await Stage()
    let isAsked = StopFlag()
    let second = stage.projects[1]
    let (_, transport) = try await stage.pass(width: 2) { target in
      if target.events == second { isAsked.set() }
      // Both projects of the first page have their turn while the second page is awaited.
      if target.isGate, target.contains("id_after=") { await isAsked.wait() }
      // Time enough for one that goes out too early to be seen.
      for _ in 0..<3 { await Task.yield() }
    }
    #expect(transport.peak == 2)
    stage.expectAllToldOnce()
  }

  @Test func `who was left behind comes before those that the gate names`() async throws {
    let stage = try await Stage()
    let last = try #require(stage.projects.last)
    stage.scene.push("late", to: last)
    stage.scene.sandbox.add(
      Fault(.answer(SandboxReply(status: 500)), at: [.events], projectID: last)
    )
    try await stage.scene.pass()
    #expect(try stage.scene.state.sweep.behind == [last])
    stage.scene.sandbox.clearFaults()
    stage.scene.sandbox.clearMessages()
    stage.push()

    let isAsked = StopFlag()
    let (_, transport) = try await stage.pass(width: 2) { target in
      if target.events == last { isAsked.set() }
      // There is room for two: they would wait for ever if it were not one of them.
      if target.events != nil { await isAsked.wait() }
    }
    #expect(transport.pages.count == 7)
    let early = transport.asked.prefix(transport.pages.last ?? .max)
    #expect(early.compactMap(\.events).isEmpty)
    // The last page has named it as well.
    #expect(transport.asked.compactMap(\.project).isEmpty)
    #expect(
      stage.scene.told.sorted() == (stage.active.map { "of \($0)" } + ["late"]).sorted()
    )
    #expect(try stage.scene.state.sweep.behind.isEmpty)
  }

  /// Why the gate is read to its end first.
  enum Pace: CaseIterable {
    case oneAtATime
    case ownLimit
    case limitOfGitLab
  }

  @Test(arguments: Pace.allCases)
  func `where questions wait for each other the gate comes first`(pace: Pace) async throws {
    let stage = try await Stage()
    // The waits of all are added up.
    stage.scene.settings.deadlineMilliseconds = nil
    switch pace {
    case .oneAtATime: break
    case .ownLimit: stage.scene.settings.requestsPerSecond = 1000
    case .limitOfGitLab:
      let reset = (stage.scene.clock.wallMilliseconds() + 120_000) / 1000
      let headers = [
        SandboxRequest.Header("RateLimit-Name", "throttle_authenticated_api"),
        SandboxRequest.Header("RateLimit-Limit", "6000"),
        SandboxRequest.Header("RateLimit-Remaining", "2000"),
        SandboxRequest.Header("RateLimit-Reset", String(reset)),
      ]
      stage.scene.sandbox.add(Fault(.altered(status: nil, headers: headers), at: [.projects]))
    }
    let (_, transport) = try await stage.pass(width: pace == .oneAtATime ? 1 : 8)
    #expect(transport.pages.count == 6)
    let early = transport.asked.prefix(transport.pages.last ?? .max)
    #expect(early.compactMap(\.events).isEmpty)
    stage.expectAllToldOnce()
  }

  // MARK: Who is asked

  /// What becomes of the gate after its first page.
  struct Fate: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var fault: Fault?
    var size = 2
    var isShifted = false
    /// How many projects it names.
    var named = 12
    /// Whether those that it does not name are asked for their events.
    var asksEach = false
    /// Whether the next gate asks from this one on.
    var moves = true
  }

  private static let down = SandboxReply(status: 500)

  private static let fates = [
    Fate(testDescription: "it comes to its end"),
    Fate(testDescription: "each page names one again", size: 3, isShifted: true),
    // Sixteen projects are worth eight pages.
    Fate(testDescription: "it is too long", size: 1, named: 8, asksEach: true),
    Fate(
      testDescription: "GitLab fails",
      fault: Fault(.answer(down), at: [.projects], text: "id_after="),
      named: 2,
      asksEach: true,
      moves: false
    ),
    Fate(
      testDescription: "GitLab limits it",
      fault: Fault(.limited(retryAfter: nil), at: [.projects], text: "id_after="),
      named: 2,
      moves: false
    ),
  ]

  @Test(arguments: fates, [1, 8])
  func `each project is asked once, whatever becomes of the gate`(
    fate: Fate,
    width: Int
  ) async throws {
    let stage = try await Stage()
    if let fault = fate.fault { stage.scene.sandbox.add(fault) }
    let steps = Mutex<[[Int]]>([])
    stage.scene.observer.polled = { done, total in steps.withLock { $0.append([done, total]) } }
    let start = stage.scene.clock.wallMilliseconds() + 60_000
    let (report, transport) = try await stage.pass(
      width: width,
      size: fate.size,
      isShifted: fate.isShifted
    )
    #expect(report.exitCode == .ok, "\(report.sayings)")

    let named = stage.active.prefix(fate.named)
    let schedule = Schedule(
      now: Timestamp(milliseconds: start),
      sweptTo: stage.before.sweptTo,
      projects: stage.projects.count
    )
    let due = stage.projects.filter {
      named.contains($0) || fate.asksEach || schedule.isPushTurn($0)
    }
    let others = transport.asked.filter { !$0.isGate }
    #expect(others.compactMap(\.events).sorted() == due)
    // Every project has its turn for builds as well.
    #expect(Set(others.compactMap(\.pipelines)) == Set(stage.projects))
    #expect(Set(others).count == others.count)
    // Whom the gate has named needs no question for its name.
    let told = Set(due).intersection(stage.active)
    #expect(others.compactMap(\.project).sorted() == told.subtracting(named).sorted())
    #expect(stage.scene.told.sorted() == told.map { "of \($0)" }.sorted())
    #expect(report.asked == stage.projects.count)

    let sweep = try stage.scene.state.sweep
    #expect(sweep.gateAt == (fate.moves ? Timestamp(milliseconds: start) : stage.before.gateAt))
    #expect(sweep.sweptTo == Timestamp(milliseconds: start))
    #expect(sweep.behind.isEmpty)
    let progress = steps.withLock { $0 }
    #expect(Set(progress.map { $0[0] }) == Set(1...stage.projects.count))
    #expect(progress.map { $0[0] } == progress.map { $0[0] }.sorted())
    #expect(progress.allSatisfy { $0[0] <= $0[1] })
    // The end is told once, however often those named so far were done before the next page.
    #expect(progress.count { $0[0] == $0[1] } == 1)
    #expect(progress.last == [stage.projects.count, stage.projects.count])

    stage.scene.sandbox.clearFaults()
    try await stage.scene.pass(after: 120_000)
    stage.expectAllToldOnce()
  }

  @Test func `a token that ends while the gate is read loses and doubles nothing`() async throws {
    let stage = try await Stage()
    stage.scene.sandbox.add(
      Fault(.answer(SandboxReply(status: 401)), at: [.projects], text: "id_after=")
    )
    let isAsked = StopFlag()
    let (report, transport) = try await stage.pass { target in
      if target.events != nil { isAsked.set() }
      if target.isGate, target.contains("id_after=") { await isAsked.wait() }
    }
    #expect(report.exitCode == .token)
    #expect(Set(transport.asked.compactMap(\.events)).isSubset(of: stage.projects.prefix(2)))
    // Everybody's turn comes again.
    #expect(try stage.scene.state.sweep == stage.before)
    stage.scene.sandbox.clearFaults()
    #expect(try await stage.scene.pass().exitCode == .ok)
    stage.expectAllToldOnce()
  }
}

extension String {
  /// Whether this asks the gate.
  fileprivate var isGate: Bool { contains("last_activity_after=") }

  /// The project whose events this asks for.
  fileprivate var events: Int? { project(followedBy: ["events"]) }

  /// The project whose pipelines this asks for.
  fileprivate var pipelines: Int? { project(followedBy: ["pipelines"]) }

  /// The project that this asks for itself.
  fileprivate var project: Int? { project(followedBy: []) }

  private func project(followedBy rest: [Substring]) -> Int? {
    let path = prefix { $0 != "?" }.split(separator: "/")
    guard path.first == "projects", Array(path.dropFirst(2)) == rest else { return nil }
    return path.dropFirst().first.flatMap { Int($0) }
  }
}
