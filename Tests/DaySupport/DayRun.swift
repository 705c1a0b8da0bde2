import Bridge
import Configuration
import Platform
import Sandbox
import TestSupport

/// The whole bridge over a simulated day: a pass a minute, and what became of every message.
///
/// Each group of projects has its own bot at the default pace of 18 messages a minute, as a company
/// of that size would have, and digests are switched off, so that every message can be followed.
/// Requests and posts take virtual time; one question is asked at a time, so that a seed gives the
/// same day again.
package final class DayRun {
  private let day: Day
  private let bridge: GitLabBridge
  private var report = DayReport()
  /// Webhooks from before the watch.
  private let pastCount: Int
  private var readCount = 0
  /// When each text was posted, and the start of the pass that did it, in GitLab's time.
  private var told: [String: [(pass: Int64, post: Int64)]] = [:]

  /// Minutes for which passes go on after the day: for rows that show late, and the slow round.
  private static let after = 20

  /// Makes a day whose state is kept in a directory that need not exist.
  package init(_ scale: DayScale, stateDirectory: String) {
    let day = Day(scale)
    self.day = day
    pastCount = day.sandbox.webhooks.count
    let url = day.sandbox.change { $0.settings.externalURL }
    let configuration = Configuration(
      gitlab: GitLabSettings(url: url, token: Secret(Sandbox.token), concurrency: 1),
      wecom: WeComSettings(url: SandboxTransport.wecomURL),
      bots: day.groups.map { Bot(name: $0.path, key: Secret($0.key)) },
      routes: day.groups.map {
        RouteSettings(bots: [$0.path], projects: [.glob("\($0.path)/**")], title: $0.path)
      },
      backfill: BackfillSettings(digestAbove: nil),
      stateDirectory: stateDirectory
    )
    bridge = GitLabBridge(
      configuration: configuration,
      surroundings: Surroundings(
        time: day.clock,
        transport: DayTransport(
          gitlabURL: url,
          day: day,
          next: SandboxTransport(day.sandbox, clock: day.clock)
        ),
        jitter: { 0.5 }
      ),
      stop: StopFlag()
    )
  }

  /// Runs the day and returns what it came to.
  ///
  /// - Parameter progress: Told after each hour.
  /// - Returns: Costs and delays of every pass and message.
  package func run(progress: (_ hours: Int) -> Void = { _ in }) async -> DayReport {
    await pass()
    report.passes = []
    report.complaints = []
    let start = day.clock.wallMilliseconds() / 60_000 * 60_000
    for minute in 1...(15 + day.scale.hours * 60 + Self.after) {
      // A timer is never quite on the minute.
      let due = start + Int64(minute) * 60_000 + Int64(minute * 7919 % 800)
      day.clock.advance(milliseconds: due - day.clock.wallMilliseconds())
      await pass()
      if minute % 60 == 0 { progress(minute / 60) }
    }
    compare()
    return report
  }

  private func pass() async {
    day.catchUp()
    day.sandbox.clearLog()
    let began = day.sandbox.now
    let outcome = await bridge.run()
    let kinds = day.sandbox.log.kinds
    report.passes.append(
      DayReport.PassCost(requests: kinds, hasNews: outcome.pushes + outcome.builds > 0)
    )
    if outcome.exitCode != .ok { report.complaints.append("exit \(outcome.exitCode.rawValue)") }
    report.complaints += outcome.sayings.map(\.text)
    let received = day.sandbox.received
    for message in received[readCount...] where message.isAccepted {
      told[Self.key(message.content), default: []].append((began, message.time))
    }
    readCount = received.count
  }

  // MARK: What became of it

  /// A posted message as its kind and its commit message, which no other push has.
  private static func key(_ content: String) -> String {
    let line = content.split(separator: "\n").first { $0.hasPrefix("- 提交信息: ") } ?? ""
    let kind = content.contains(">push<") ? RecordedWebhook.Kind.push : .build
    return "\(kind.rawValue): \(line.dropFirst("- 提交信息: ".count).dropLast())"
  }

  /// Holds what was posted against the webhooks that GitLab would have sent.
  ///
  /// Jobs of one pipeline have messages that cannot be told apart: the first shown is taken for the
  /// first told.
  private func compare() {
    let reported = day.reported
    var expected: [String: [RecordedWebhook]] = [:]
    for hook in day.sandbox.webhooks[pastCount...] where Self.isTold(hook) {
      let text = hook.message ?? hook.headTitle ?? ""
      expected["\(hook.kind.rawValue): \(text)", default: []].append(hook)
    }
    for key in Set(expected.keys).union(told.keys).sorted() {
      let hooks = (expected[key] ?? []).sorted { $0.time < $1.time }
      let posts = told[key] ?? []
      report.lost += hooks.dropFirst(posts.count).map(Self.subject)
      report.doubled += posts.dropFirst(hooks.count).map { _ in key }
      for (hook, post) in zip(hooks, posts) {
        let isReported = hook.rowID.map(reported.contains) ?? false
        report.delays.append(
          DayReport.Delay(
            kind: hook.kind == .build ? .build : isReported ? .reportedPush : .otherPush,
            untilPass: max(0, post.pass - hook.time),
            untilPost: post.post - hook.time,
            subject: Self.subject(hook)
          )
        )
      }
    }
  }

  private static func isTold(_ hook: RecordedWebhook) -> Bool {
    switch hook.kind {
    case .push: hook.rowID != nil && hook.action != "removed"
    case .build: hook.action == "failed"
    }
  }

  private static func subject(_ hook: RecordedWebhook) -> String {
    "project \(hook.projectID), \(hook.kind.rawValue) \(hook.rowID ?? 0), shown at \(hook.time)"
  }
}
