import Changes
import Platform
import TestSupport
import Testing

@testable import Bridge

/// What `status` says of a state, in the exact words.
@Suite struct StatusTests {
  private static let now = ManualClock.start
  private static let minute: Int64 = 60_000

  private static func at(_ minutes: Int64) -> Timestamp {
    Timestamp(milliseconds: now + minutes * minute)
  }

  private static func short(_ minutes: Int64) -> String {
    LocalTime.short(now + minutes * minute)
  }

  private static func full(_ minutes: Int64) -> String {
    LocalTime.full(now + minutes * minute)
  }

  private static func stamp(_ minutes: Int64) -> SendStamp {
    SendStamp(wall: now + minutes * minute, boot: 10_000_000 + minutes * minute, bootID: "1")
  }

  private func report(
    _ state: BridgeState = BridgeState(),
    known: [String] = ["docs", "ops", "文档"]
  ) -> StatusReport {
    var report = StatusReport(
      askedAt: .init(Self.now),
      gitlab: .init(url: "https://gitlab.example.internal"),
      state: .init(directory: "/var/lib/gitlab-wecom")
    )
    report.fill(
      from: state,
      known: known.map {
        StatusReport.KnownBot(
          name: $0,
          keyDigest: "1",
          messagesPerMinute: 18,
          timeoutMilliseconds: 10_000
        )
      },
      now: Self.stamp(0)
    )
    return report
  }

  private func item(_ id: Int, _ minutes: Int64, count: Int = 1) -> QueueItem {
    QueueItem(id: id, content: "x", messageCount: count, queuedAt: Self.at(minutes))
  }

  /// A state in which much is wrong.
  private var troubled: BridgeState {
    var state = BridgeState()
    state.began = Self.at(-5000)
    state.server = ServerState(version: "17.11.2", askedAt: Self.at(-60))
    state.lastPass = PassState(
      startedAt: Self.at(-1),
      endedAt: Timestamp(milliseconds: Self.at(-1).milliseconds + 1234),
      exitCode: 1,
      projects: 4,
      pushes: 2,
      builds: 1,
      posted: 3,
      requestsByKind: ["events": 4, "pipelines": 10]
    )
    state.token = TokenState(askedAt: Self.at(-60), name: "wecom-bridge", expiresOn: "2026-12-08")
    state.troubles["bot.ops.refused"] = TroubleState(
      since: Self.at(-20),
      saidAt: Self.at(-20),
      exitCode: 1,
      topic: "WeCom takes messages of bot \"ops\" again",
      text: "bot \"ops\": 93000 invalid webhook url: the bot was removed from its group"
    )
    addBots(to: &state)
    addProjects(to: &state)
    return state
  }

  private func addBots(to state: inout BridgeState) {
    var docs = BotState(queue: [item(1, -3), item(2, -2, count: 4)])
    docs.tally = Tally(found: 416, posted: 400, inDigests: 10, tooOld: 0, keptAside: 1)
    docs.kept = [KeptItem(item: item(9, -90), cause: "40058: too long", at: Self.at(-90))]
    docs.delay = Delay(
      cause: .failure,
      count: 2,
      until: Self.stamp(1),
      since: Self.at(-1),
      reason: "the connection was refused",
      keyDigest: "1"
    )
    state.bots["docs"] = docs
    var ops = BotState(queue: [item(3, -20, count: 0)])
    ops.intent = Intent(item: 3, at: Self.stamp(-20))
    ops.delay = Delay(
      cause: .refused,
      count: 2,
      until: Self.stamp(10),
      since: Self.at(-20),
      reason: "93000 invalid webhook url",
      keyDigest: "1"
    )
    state.bots["ops"] = ops
    state.bots["old"] = BotState(queue: [item(4, -900)])
    state.bots["old"]?.tally.found = 1
  }

  private func addProjects(to state: inout BridgeState) {
    var manual = ProjectState(path: "docs/manual")
    manual.pushes = EventCursor(baseline: [Sighting(id: 5120, at: Self.at(-5))], since: nil)
    manual.jobs = JobLedger(began: Self.at(-30))
    manual.pipelines = PipelineCursor(began: Self.at(-4))
    manual.busyUntil = Self.at(50)
    var api = ProjectState(path: "platform/an-api-with-a-rather-long-name/v2")
    api.failures = 4
    api.notBefore = Self.at(9)
    api.pushes = EventCursor(baseline: [], since: nil)
    var gone = ProjectState(path: "docs/旧手册")
    gone.obstacle = .gone
    gone.notBefore = Self.at(59)
    var rewound = ProjectState(path: "docs/rewound")
    rewound.obstacle = .rewound
    rewound.isWithoutBuilds = true
    state.projects = [1: manual, 2: api, 3: gone, 4: rewound]
    state.sweep.behind = [1]
    state.discovery = DiscoveryState(
      selectors: "",
      askedAt: Self.at(-1),
      projects: [1, 2, 3, 4],
      members: [],
      aliases: [:],
      barren: [],
      archived: []
    )
  }

  @Test func `before the first pass there is little to say`() {
    #expect(
      StatusText.text(of: report(known: ["docs"])) == """
        gitlab     https://gitlab.example.internal
        watch      not begun: no pass has come so far
        state      /var/lib/gitlab-wecom: empty

        bots        waiting    found   posted  digests  too old     kept
          docs            0        0        0        0        0        0

        """
    )
  }

  @Test func `a first pass that GitLab did not answer is told`() {
    var state = BridgeState()
    state.lastPass = PassState(
      startedAt: Self.at(0),
      endedAt: Self.at(0),
      exitCode: 0,
      projects: 0,
      pushes: 0,
      builds: 0,
      posted: 0,
      isStopped: true,
      requestsByKind: ["server": 1]
    )
    #expect(
      StatusText.text(of: report(state, known: [])) == """
        gitlab     https://gitlab.example.internal
        watch      not begun: GitLab gave no answer yet
        last pass  \(Self.full(0)), 0.0 s, exit 0, stopped: asked 1 request
        state      /var/lib/gitlab-wecom: empty

        """
    )
  }

  @Test func `everything that is wrong is told with its time, its reason and its next step`() {
    var report = report(troubled)
    report.state.generation = 12
    report.state.bytes = 1_849_000
    report.running = .init(since: .init(Self.now), processID: 4242)
    #expect(
      StatusText.text(of: report) == """
        gitlab     https://gitlab.example.internal, GitLab 17.11.2
        token      "wecom-bridge" ends 2026-12-08, in 14 days
        watch      4 projects, since \(Self.full(-5000))
        last pass  \(Self.full(-1)), 1.2 s, exit 1: asked 14 requests, 2 pushes, 1
                   failed build, 3 posted
        now        a pass is at work since \(Self.full(0)), process 4242
        state      /var/lib/gitlab-wecom: generation 12, 1.8 MB
        trouble    since \(Self.full(-20)): bot "ops": 93000 invalid webhook url: the
                   bot was removed from its group

        bots        waiting    found   posted  digests  too old     kept
          docs            5      416      400       10        0        1
            oldest of \(Self.short(-3)); next try \(Self.short(1)), failing since \(Self.short(-1)): the
            connection was refused
          ops             0        0        0        0        0        0
            1 alert, oldest of \(Self.short(-20)); needs you, next try \(Self.short(10)), refused
            since \(Self.short(-20))
            one text may have arrived or not: it is sent again
          文档            0        0        0        0        0        0
          old             1        1        0        0        0        0
            oldest of \(Self.short(-900)); waits for the bot's return to the configuration

        kept aside for docs
          \(Self.short(-90)) a digest of 1 messages
            40058: too long

        projects                                newest push   pipelines to  jobs to
          docs/manual                           \(Self.short(-5))   \(Self.short(-4))   \(Self.short(-30))
            not reached in its turn: comes first in the next pass
          docs/rewound                          –             –             –
            its ids went back; it waits for: gitlab-wecom baseline --project
            docs/rewound
            failed jobs are not read: CI is off, or the token's role is too low
          docs/旧手册                           –             –             –
            not there for this token; asked again \(Self.short(59))
          platform/an-api-with-a-rather-long-name/v2
                                                none so far   –             –
            failed in 4 passes; asked again \(Self.short(9))

        """
    )
  }

  @Test func `no line is wider than 80 cells`() {
    var state = troubled
    state.bots["docs"]?.delay?.reason = String(repeating: "a long reason ", count: 40)
    state.troubles["x"] = TroubleState(
      since: Self.at(0),
      saidAt: Self.at(0),
      exitCode: 1,
      topic: "",
      text: String(repeating: "很长 的原因 ", count: 40)
    )
    for isVerbose in [false, true] {
      for line in StatusText.text(of: report(state), isVerbose: isVerbose).split(separator: "\n") {
        #expect(Cells.width(String(line)) <= 80, "\(line)")
      }
    }
  }

  @Test func `of many projects those with something to say are listed, and all when asked to`() {
    var state = BridgeState()
    for id in 1...1000 {
      state.projects[id] = ProjectState(path: "group/project-\(id)")
    }
    state.projects[500]?.failures = 1
    let text = StatusText.text(of: report(state, known: []))
    #expect(
      text.hasSuffix(
        """
        projects             newest push   pipelines to  jobs to
          group/project-500  –             –             –
            failed in 1 pass
          and 999 other projects; --verbose lists them

        """
      )
    )
    let all = StatusText.text(of: report(state, known: []), isVerbose: true)
    #expect(all.split(separator: "\n").count { $0.contains("group/project-") } == 1000)
  }

  @Test func `names from outside cannot touch the terminal`() {
    var state = BridgeState()
    state.projects[1] = ProjectState(path: "docs/\u{1B}[2Jx\u{202E}")
    state.bots["a\nb"] = BotState(queue: [item(1, 0)])
    let text = StatusText.text(of: report(state, known: []))
    #expect(text.contains("docs/\\u{1B}[2Jx\\u{202E}"))
    #expect(text.contains("  a\\nb"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test func `what waits only for its turn or the pace is no trouble`() {
    var state = BridgeState()
    state.bots["docs"] = BotState(queue: [item(1, -1)])
    #expect(report(state).bots[0].waitsFor == .turn)
    state.bots["docs"]?.sends = (0..<18).map { _ in Self.stamp(0) }
    #expect(report(state).bots[0].waitsFor == .pace)
    #expect(report(state).bots[0].nextTry == .init(Self.now + Pace.window))
  }

  @Test func `a delay is over as soon as the bot has another key`() {
    var state = troubled
    state.bots["ops"]?.delay?.keyDigest = "2"
    #expect(report(state).bots[1].waitsFor == .turn)
  }

  // MARK: JSON

  @Test func `the JSON of an empty state`() {
    #expect(
      report(known: ["docs"]).json == """
        {
          "asked_at" : "2026-11-24T00:00:00.000Z",
          "bots" : [
            {
              "balance" : {
                "found" : 0,
                "in_digests" : 0,
                "is_balanced" : true,
                "kept_aside" : 0,
                "posted" : 0,
                "too_old" : 0,
                "waiting" : 0
              },
              "is_configured" : true,
              "is_in_doubt" : false,
              "kept_aside" : [

              ],
              "name" : "docs",
              "needs_operator" : false,
              "texts" : 0,
              "waiting" : 0
            }
          ],
          "exit_code" : 0,
          "gitlab" : {
            "url" : "https://gitlab.example.internal"
          },
          "projects" : [

          ],
          "state" : {
            "bytes" : 0,
            "directory" : "/var/lib/gitlab-wecom",
            "generation" : 0
          },
          "troubles" : [

          ]
        }

        """
    )
  }

  @Test(arguments: [
    #""asked_at" : "2026-11-24T00:00:00.000Z""#,
    #""watched_since" : "2026-11-20T12:40:00.000Z""#,
    #""process_id" : 4242"#,
    #""requests_by_kind" : {"#,
    #""projectList" : 1"#,
    #""requests" : 1"#,
    #""started_at" : "2026-11-23T23:59:00.000Z""#,
    #""was_stopped" : false"#,
    #""ends_on" : "2026-12-08""#,
    #""days_left" : 14"#,
    #""event" : "bot.ops.refused""#,
    #""said_at" : "2026-11-23T23:40:00.000Z""#,
    #""waits_for" : "operator""#,
    #""waits_for" : "configuration""#,
    #""waits_for" : "retry""#,
    #""next_try" : "2026-11-24T00:01:00.000Z""#,
    #""failing_since" : "2026-11-23T23:59:00.000Z""#,
    #""needs_operator" : true"#,
    #""is_in_doubt" : true"#,
    #""about" : "a digest of 1 messages""#,
    #""newest_event" : 5120"#,
    #""newest_at" : "2026-11-23T23:55:00.000Z""#,
    #""done_to" : 5120"#,
    #""listed_to" : "2026-11-23T23:30:00.000Z""#,
    #""followed_to" : "2026-11-23T23:56:00.000Z""#,
    #""known_jobs" : 0"#,
    #""pipelines_under_way" : 0"#,
    #""busy_until" : "2026-11-24T00:50:00.000Z""#,
    #""rests_until" : "2026-11-24T00:09:00.000Z""#,
    #""condition" : "rewound""#,
    #""is_without_builds" : true"#,
    #""is_behind" : true"#,
    #""path" : "docs/旧手册""#,
  ])
  func `the names and forms of the JSON stay`(_ part: String) {
    var state = troubled
    state.lastPass?.requestsByKind = ["projectList": 1]
    var report = report(state)
    report.running = .init(since: .init(Self.now), processID: 4242)
    #expect(report.json.contains(part))
  }
}
