internal import Changes
internal import Platform

/// What a monitoring system is told after a pass.
///
/// Labels are bots, kinds of endpoint and fixed words, never projects or users, so that the number
/// of series stays small. Counters come from the state and go on over restarts.
struct Metrics: Sendable {
  /// What every name begins with.
  static let prefix = "gitlab_wecom_"

  /// The state after the pass; nil where it could not be read.
  var state: BridgeState?
  /// The pass, in local time.
  var startedAt: Timestamp
  var endedAt: Timestamp
  var exitCode: Int
  /// What is wrong, as the pass found it.
  var troubleCount: Int
  /// The bots of the configuration.
  var bots: [String]
  /// The bytes of the state file, where there is one.
  var stateBytes: Int?
  var version: String

  /// The whole file.
  var text: String {
    var text = MetricsText()
    text.add(
      "build_info",
      .gauge,
      "The version of gitlab-wecom; always 1.",
      [.init(1, ("version", version))]
    )
    addPass(to: &text)
    guard let state else { return text.text }
    addCounters(of: state, to: &text)
    addGitLab(of: state, to: &text)
    addBots(of: state, to: &text)
    return text.text
  }

  // MARK: Families

  private func addPass(to text: inout MetricsText) {
    text.add(
      "last_pass_start_timestamp_seconds",
      .gauge,
      "When the last pass began.",
      [.init(milliseconds: startedAt.milliseconds)]
    )
    text.add(
      "last_pass_end_timestamp_seconds",
      .gauge,
      "When the last pass ended.",
      [.init(milliseconds: endedAt.milliseconds)]
    )
    text.add(
      "last_pass_duration_seconds",
      .gauge,
      "How long the last pass took.",
      [.init(milliseconds: max(0, endedAt.milliseconds - startedAt.milliseconds))]
    )
    text.add(
      "last_pass_exit_code",
      .gauge,
      "The exit code of the last pass; 0: all well.",
      [.init(exitCode)]
    )
    text.add(
      "troubles",
      .gauge,
      "What is wrong as of the last pass.",
      [.init(troubleCount)]
    )
  }

  private func addCounters(of state: BridgeState, to text: inout MetricsText) {
    let counters = state.counters
    text.add(
      "last_success_timestamp_seconds",
      .gauge,
      "When a pass last came through with exit code 0.",
      counters.succeededAt.map { [.init(milliseconds: $0.milliseconds)] } ?? []
    )
    let passes = counters.passes.merging([0: 0]) { known, _ in known }
    text.add(
      "passes_total",
      .counter,
      "Passes that came to their end, by exit code.",
      passes.sorted { $0.key < $1.key }.map { .init($0.value, ("exit_code", String($0.key))) }
    )
    text.add(
      "last_pass_phase_seconds",
      .gauge,
      "What asking GitLab and posting took in the last pass that came to its end.",
      [("asking", state.lastPass?.asking), ("posting", state.lastPass?.posting)].compactMap {
        phase,
        took in took.map { .init(milliseconds: $0, ("phase", phase)) }
      }
    )
    text.add(
      "skipped_passes_total",
      .counter,
      "Passes that did nothing because another one was at work.",
      [.init(counters.skipped ?? 0)]
    )
    text.add(
      "state_recoveries_total",
      .counter,
      "How often the state was damaged and recovered exactly.",
      [.init(counters.recoveries)]
    )
    text.add(
      "state_bytes",
      .gauge,
      "The bytes of the state file.",
      stateBytes.map { [.init($0)] } ?? []
    )
  }

  private func addGitLab(of state: BridgeState, to text: inout MetricsText) {
    text.add(
      "gitlab_up",
      .gauge,
      "Whether GitLab can be worked with, as of the last pass that asked it.",
      [.init(state.alerts.outage == nil ? 1 : 0)]
    )
    text.add(
      "gitlab_requests_total",
      .counter,
      "Requests to GitLab, by kind.",
      state.counters.requests.sorted { $0.key < $1.key }.map {
        .init($0.value, ("kind", $0.key))
      }
    )
    text.add(
      "gitlab_clock_skew_seconds",
      .gauge,
      "How far GitLab's clock is ahead of this machine's, within a second.",
      state.lastPass?.clockDifference.map { [.init(milliseconds: $0)] } ?? []
    )
    text.add(
      "gitlab_allowed_requests",
      .gauge,
      "Requests that GitLab allows in the rest of its minute; missing where it does not tell.",
      state.lastPass?.allowedRequests.map { [.init(Int($0))] } ?? []
    )
    text.add(
      "token_expiry_timestamp_seconds",
      .gauge,
      "When the token ends; missing where it never does or GitLab does not tell.",
      state.token?.endsAt.map { [.init(milliseconds: $0.milliseconds)] } ?? []
    )
    text.add(
      "projects",
      .gauge,
      "Watched projects: read as usual, failing, gone for the token, or rewound.",
      ProjectCondition.counts(in: state).map { .init($0.count, ("state", $0.condition.rawValue)) }
    )
    text.add(
      "asked_to_timestamp_seconds",
      .gauge,
      "Up to then every watched project has had its turn of being asked.",
      state.sweep.sweptTo.map { [.init(milliseconds: $0.milliseconds)] } ?? []
    )
    text.add(
      "projects_behind",
      .gauge,
      "Projects that had their turn and were not reached.",
      [.init(state.sweep.behind.count)]
    )
  }

  private func addBots(of state: BridgeState, to text: inout MetricsText) {
    let names = Set(bots).union(state.bots.keys).sorted()
    let known = names.map { (name: $0, state: state.bots[$0] ?? BotState()) }
    text.add(
      "messages_total",
      .counter,
      "Messages found by bot, and those of them that reached the group.",
      known.flatMap { bot, state in
        let tally = state.tally
        return [
          ("found", tally.found), ("posted", tally.posted), ("in_digests", tally.inDigests),
        ].map { MetricsText.Sample($0.1, ("bot", bot), ("stage", $0.0)) }
      }
    )
    text.add(
      "waiting_messages",
      .gauge,
      "Messages that wait for a bot.",
      known.map { .init($0.state.waiting, ("bot", $0.name)) }
    )
    // These two can shrink: a backfill tells such messages after all.
    text.add(
      "kept_messages",
      .gauge,
      "Messages kept aside: refused by WeCom, or left by a bot that is gone.",
      known.map { .init($0.state.tally.keptAside, ("bot", $0.name)) }
    )
    text.add(
      "too_old_messages",
      .gauge,
      "Messages that were too old to be posted when they were found.",
      known.map { .init($0.state.tally.tooOld, ("bot", $0.name)) }
    )
    text.add(
      "oldest_waiting_timestamp_seconds",
      .gauge,
      "Since when the oldest text waits for a bot; missing while nothing does.",
      known.compactMap { bot, state in
        state.queue.map(\.queuedAt).min().map {
          .init(milliseconds: $0.milliseconds, ("bot", bot))
        }
      }
    )
    text.add(
      "bot_refused",
      .gauge,
      "Whether WeCom refuses the bot until somebody acts.",
      known.map { .init($0.state.delay?.cause == .refused ? 1 : 0, ("bot", $0.name)) }
    )
    text.add(
      "posts_total",
      .counter,
      "Posts to WeCom, by bot and by how they ended.",
      known.flatMap { bot, _ in
        Counters.PostEnding.allCases.map { ending in
          let count = state.counters.posts[bot]?[ending.rawValue] ?? 0
          return MetricsText.Sample(count, ("bot", bot), ("ending", ending.rawValue))
        }
      }
    )
  }
}
