import Changes
import Configuration
import FoundationEssentials
import Platform
import TestSupport
import Testing

@testable import Bridge

@Suite struct MetricsTests {
  private static let start = Timestamp(milliseconds: ManualClock.start)

  private func metrics(of state: BridgeState?, exitCode: Int = 0) -> Metrics {
    Metrics(
      state: state,
      startedAt: Self.start,
      endedAt: Timestamp(milliseconds: ManualClock.start + 1250),
      exitCode: exitCode,
      troubleCount: exitCode == 0 ? 0 : 1,
      bots: ["docs"],
      stateBytes: 18_000,
      version: "1.0.0"
    )
  }

  private func pass(_ exitCode: Int, requests: [String: Int] = [:]) -> Entry {
    .passed(
      PassState(
        startedAt: Self.start,
        endedAt: Timestamp(milliseconds: ManualClock.start + 1250),
        exitCode: exitCode,
        projects: 2,
        pushes: 0,
        builds: 0,
        posted: 0,
        requestsByKind: requests,
        asking: 1000,
        posting: 200,
        clockDifference: -1500,
        allowedRequests: 580,
        skipped: exitCode == 0 ? nil : 2
      ),
      sweep: SweepState()
    )
  }

  @Test func `the whole file of a state in which much has happened`() {
    var state = BridgeState()
    state.apply(pass(0, requests: ["events": 2, "pipelines": 2, "token": 1]))
    state.apply(pass(1, requests: ["events": 2]))
    state.apply(.recovered)
    state.token = TokenState(askedAt: Self.start, expiresOn: "2026-12-08")
    state.projects = [1: ProjectState(path: "a"), 2: ProjectState(path: "b")]
    state.projects[2]?.obstacle = .gone
    state.sweep.behind = [1]
    state.sweep.sweptTo = Self.start
    let item = QueueItem(id: 1, content: "x", messageCount: 4, queuedAt: Self.start)
    state.bots["docs"] = BotState(queue: [item])
    state.bots["docs"]?.tally = Tally(
      found: 10,
      posted: 3,
      inDigests: 0,
      tooOld: 2,
      keptAside: 1
    )
    state.bots["docs"]?.delay = Delay(
      cause: .refused,
      count: 1,
      until: SendStamp(wall: 0, boot: 0, bootID: ""),
      since: Self.start,
      reason: ""
    )
    state.counters.count(.sent, bot: "docs")
    state.counters.count(.sent, bot: "docs")
    state.counters.count(.refused, bot: "docs")
    #expect(
      metrics(of: state).text == """
        # HELP gitlab_wecom_build_info The version of gitlab-wecom; always 1.
        # TYPE gitlab_wecom_build_info gauge
        gitlab_wecom_build_info{version="1.0.0"} 1
        # HELP gitlab_wecom_last_pass_start_timestamp_seconds When the last pass began.
        # TYPE gitlab_wecom_last_pass_start_timestamp_seconds gauge
        gitlab_wecom_last_pass_start_timestamp_seconds 1795478400
        # HELP gitlab_wecom_last_pass_end_timestamp_seconds When the last pass ended.
        # TYPE gitlab_wecom_last_pass_end_timestamp_seconds gauge
        gitlab_wecom_last_pass_end_timestamp_seconds 1795478401.250
        # HELP gitlab_wecom_last_pass_duration_seconds How long the last pass took.
        # TYPE gitlab_wecom_last_pass_duration_seconds gauge
        gitlab_wecom_last_pass_duration_seconds 1.250
        # HELP gitlab_wecom_last_pass_exit_code The exit code of the last pass; 0: all well.
        # TYPE gitlab_wecom_last_pass_exit_code gauge
        gitlab_wecom_last_pass_exit_code 0
        # HELP gitlab_wecom_troubles What is wrong as of the last pass.
        # TYPE gitlab_wecom_troubles gauge
        gitlab_wecom_troubles 0
        # HELP gitlab_wecom_last_success_timestamp_seconds When a pass last came through with exit code 0.
        # TYPE gitlab_wecom_last_success_timestamp_seconds gauge
        gitlab_wecom_last_success_timestamp_seconds 1795478401.250
        # HELP gitlab_wecom_passes_total Passes that came to their end, by exit code.
        # TYPE gitlab_wecom_passes_total counter
        gitlab_wecom_passes_total{exit_code="0"} 1
        gitlab_wecom_passes_total{exit_code="1"} 1
        # HELP gitlab_wecom_last_pass_phase_seconds What asking GitLab and posting took in the last pass that came to its end.
        # TYPE gitlab_wecom_last_pass_phase_seconds gauge
        gitlab_wecom_last_pass_phase_seconds{phase="asking"} 1
        gitlab_wecom_last_pass_phase_seconds{phase="posting"} 0.200
        # HELP gitlab_wecom_skipped_passes_total Passes that did nothing because another one was at work.
        # TYPE gitlab_wecom_skipped_passes_total counter
        gitlab_wecom_skipped_passes_total 2
        # HELP gitlab_wecom_state_recoveries_total How often the state was damaged and recovered exactly.
        # TYPE gitlab_wecom_state_recoveries_total counter
        gitlab_wecom_state_recoveries_total 1
        # HELP gitlab_wecom_state_bytes The bytes of the state file.
        # TYPE gitlab_wecom_state_bytes gauge
        gitlab_wecom_state_bytes 18000
        # HELP gitlab_wecom_gitlab_up Whether GitLab can be worked with, as of the last pass that asked it.
        # TYPE gitlab_wecom_gitlab_up gauge
        gitlab_wecom_gitlab_up 1
        # HELP gitlab_wecom_gitlab_requests_total Requests to GitLab, by kind.
        # TYPE gitlab_wecom_gitlab_requests_total counter
        gitlab_wecom_gitlab_requests_total{kind="events"} 4
        gitlab_wecom_gitlab_requests_total{kind="pipelines"} 2
        gitlab_wecom_gitlab_requests_total{kind="token"} 1
        # HELP gitlab_wecom_gitlab_clock_skew_seconds How far GitLab's clock is ahead of this machine's, within a second.
        # TYPE gitlab_wecom_gitlab_clock_skew_seconds gauge
        gitlab_wecom_gitlab_clock_skew_seconds -1.500
        # HELP gitlab_wecom_gitlab_allowed_requests Requests that GitLab allows in the rest of its minute; missing where it does not tell.
        # TYPE gitlab_wecom_gitlab_allowed_requests gauge
        gitlab_wecom_gitlab_allowed_requests 580
        # HELP gitlab_wecom_token_expiry_timestamp_seconds When the token ends; missing where it never does or GitLab does not tell.
        # TYPE gitlab_wecom_token_expiry_timestamp_seconds gauge
        gitlab_wecom_token_expiry_timestamp_seconds 1796688000
        # HELP gitlab_wecom_projects Watched projects: read as usual, failing, gone for the token, or rewound.
        # TYPE gitlab_wecom_projects gauge
        gitlab_wecom_projects{state="read"} 1
        gitlab_wecom_projects{state="failing"} 0
        gitlab_wecom_projects{state="gone"} 1
        gitlab_wecom_projects{state="rewound"} 0
        # HELP gitlab_wecom_asked_to_timestamp_seconds Up to then every watched project has had its turn of being asked.
        # TYPE gitlab_wecom_asked_to_timestamp_seconds gauge
        gitlab_wecom_asked_to_timestamp_seconds 1795478400
        # HELP gitlab_wecom_projects_behind Projects that had their turn and were not reached.
        # TYPE gitlab_wecom_projects_behind gauge
        gitlab_wecom_projects_behind 1
        # HELP gitlab_wecom_messages_total Messages found by bot, and those of them that reached the group.
        # TYPE gitlab_wecom_messages_total counter
        gitlab_wecom_messages_total{bot="docs",stage="found"} 10
        gitlab_wecom_messages_total{bot="docs",stage="posted"} 3
        gitlab_wecom_messages_total{bot="docs",stage="in_digests"} 0
        # HELP gitlab_wecom_waiting_messages Messages that wait for a bot.
        # TYPE gitlab_wecom_waiting_messages gauge
        gitlab_wecom_waiting_messages{bot="docs"} 4
        # HELP gitlab_wecom_kept_messages Messages kept aside: refused by WeCom, or left by a bot that is gone.
        # TYPE gitlab_wecom_kept_messages gauge
        gitlab_wecom_kept_messages{bot="docs"} 1
        # HELP gitlab_wecom_too_old_messages Messages that were too old to be posted when they were found.
        # TYPE gitlab_wecom_too_old_messages gauge
        gitlab_wecom_too_old_messages{bot="docs"} 2
        # HELP gitlab_wecom_oldest_waiting_timestamp_seconds Since when the oldest text waits for a bot; missing while nothing does.
        # TYPE gitlab_wecom_oldest_waiting_timestamp_seconds gauge
        gitlab_wecom_oldest_waiting_timestamp_seconds{bot="docs"} 1795478400
        # HELP gitlab_wecom_bot_refused Whether WeCom refuses the bot until somebody acts.
        # TYPE gitlab_wecom_bot_refused gauge
        gitlab_wecom_bot_refused{bot="docs"} 1
        # HELP gitlab_wecom_posts_total Posts to WeCom, by bot and by how they ended.
        # TYPE gitlab_wecom_posts_total counter
        gitlab_wecom_posts_total{bot="docs",ending="sent"} 2
        gitlab_wecom_posts_total{bot="docs",ending="failed"} 0
        gitlab_wecom_posts_total{bot="docs",ending="limited"} 0
        gitlab_wecom_posts_total{bot="docs",ending="refused"} 1
        gitlab_wecom_posts_total{bot="docs",ending="shortened"} 0
        gitlab_wecom_posts_total{bot="docs",ending="kept"} 0
        gitlab_wecom_posts_total{bot="docs",ending="interrupted"} 0

        """
    )
  }

  @Test func `without a state the pass alone is told`() {
    let lines = metrics(of: nil, exitCode: 65).text.split(separator: "\n")
    #expect(
      lines.filter { !$0.hasPrefix("#") } == [
        #"gitlab_wecom_build_info{version="1.0.0"} 1"#,
        "gitlab_wecom_last_pass_start_timestamp_seconds 1795478400",
        "gitlab_wecom_last_pass_end_timestamp_seconds 1795478401.250",
        "gitlab_wecom_last_pass_duration_seconds 1.250",
        "gitlab_wecom_last_pass_exit_code 65",
        "gitlab_wecom_troubles 1",
      ]
    )
  }

  @Test func `labels are escaped`() {
    var text = MetricsText()
    text.add("x", .gauge, "X.", [.init(1, ("bot", "a\"b\\c\nd文档"))])
    #expect(
      text.text == """
        # HELP gitlab_wecom_x X.
        # TYPE gitlab_wecom_x gauge
        gitlab_wecom_x{bot="a\\"b\\\\c\\nd文档"} 1

        """
    )
  }

  @Test(arguments: [
    (0, "0"), (1, "0.001"), (999, "0.999"), (1000, "1"), (-1500, "-1.500"),
    (1_795_478_400_012, "1795478400.012"),
  ])
  func `milliseconds are written as seconds`(_ milliseconds: Int64, _ text: String) {
    #expect(MetricsText.Sample(milliseconds: milliseconds).value == text)
  }

  @Test func `counters survive the journal, and a lost line never raises them`() throws {
    let log = DeliverLog()
    let keeper = StateKeeper(state: BridgeState(), log: log)
    for _ in 0..<3 {
      try keeper.commit([pass(0, requests: ["events": 2])], durably: false)
    }
    #expect(try log.fold().counters.requests == ["events": 6])
    #expect(try log.fold().counters.passes == [0: 3])
    let lost = try StateCoding.fold(checkpoint: nil, records: Array(log.records.dropLast()))
    #expect(lost.counters.requests == ["events": 4])
  }

  @Test func `a pass that was stopped is no success`() {
    var state = BridgeState()
    state.apply(pass(0))
    let success = state.counters.succeededAt
    #expect(success == Timestamp(milliseconds: ManualClock.start + 1250))
    state.apply(
      .passed(
        PassState(
          startedAt: Self.start,
          endedAt: Timestamp(milliseconds: ManualClock.start + 99_000),
          exitCode: 0,
          projects: 0,
          pushes: 0,
          builds: 0,
          posted: 0,
          isStopped: true,
          requestsByKind: [:]
        ),
        sweep: SweepState()
      )
    )
    #expect(state.counters.succeededAt == success)
    #expect(state.counters.passes == [0: 2])
  }

  @Test func `how each post ended is counted, a post without an end among them`() {
    var state = BridgeState()
    let stamp = SendStamp(wall: 0, boot: 0, bootID: "1")
    func outcome(_ fate: Entry.Outcome.Fate) -> Entry {
      .outcome(bot: "docs", Entry.Outcome(item: 1, at: stamp, fate: fate))
    }
    func delay(_ cause: Delay.Cause) -> Entry.Outcome.Fate {
      .waits(Delay(cause: cause, count: 1, until: stamp, since: Self.start, reason: ""))
    }
    let fates: [Entry.Outcome.Fate] = [
      delay(.failure), delay(.rateLimit), delay(.refused), .shortened(content: "x"),
      .kept(cause: ""), .sent,
    ]
    state.apply(.intent(bot: "docs", Intent(item: 1, at: stamp)))
    for fate in fates {
      state.apply(.intent(bot: "docs", Intent(item: 1, at: stamp)))
      state.apply(outcome(fate))
    }
    #expect(
      state.counters.posts == [
        "docs": [
          "failed": 1, "limited": 1, "refused": 1, "shortened": 1, "kept": 1, "sent": 1,
          "interrupted": 1,
        ]
      ]
    )
  }
}
