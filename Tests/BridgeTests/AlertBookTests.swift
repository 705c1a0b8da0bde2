import Changes
import TestSupport
import Testing

@testable import Bridge

@Suite struct AlertBookTests {
  private static let minute: Int64 = 60_000
  private static let day: Int64 = 86_400_000
  private static let down = GitLabCondition.Failure(kind: .unreachable, reason: "refused")

  /// A state that alerts are made from, pass by pass.
  private struct Scene {
    var state = BridgeState()
    var now = ManualClock.start
    var recipients = ["ops"]
    var bots = ["docs", "ops"]

    /// Lets time pass and makes the alerts of a pass; what was queued is posted at once, or not.
    mutating func pass(
      _ condition: GitLabCondition = .answers,
      after milliseconds: Int64 = 60_000,
      posts: Bool = true
    ) -> [Alert] {
      now += milliseconds
      let book = AlertBook(
        state: state,
        recipients: recipients,
        bots: bots,
        now: Timestamp(milliseconds: now)
      )
      let verdict = book.review(condition)
      let entries = book.entries(
        verdict,
        gitlabURL: AlertTests.url,
        neutraliser: Neutraliser(gitlabURL: AlertTests.url)
      )
      for entry in entries {
        state.apply(entry)
      }
      if posts {
        for bot in bots {
          state.bots[bot]?.queue = []
        }
      }
      return verdict.alerts
    }

    mutating func setRefused(_ isRefused: Bool, bot: String) {
      let stamp = SendStamp(wall: now, boot: now, bootID: "1")
      state.bots[bot, default: BotState()].delay =
        isRefused
        ? Delay(
          cause: .refused,
          count: 1,
          until: stamp,
          since: Timestamp(milliseconds: now),
          reason: "93000"
        ) : nil
    }

    mutating func keep(_ count: Int, bot: String, cause: String = "40058") {
      for _ in 0..<count {
        state.bots[bot, default: BotState()].tally.keptAside += 1
        state.bots[bot]?.kept.append(
          KeptItem(
            item: QueueItem(
              id: 1,
              content: "",
              messageCount: 1,
              queuedAt: Timestamp(milliseconds: now)
            ),
            cause: cause,
            at: Timestamp(milliseconds: now)
          )
        )
      }
    }
  }

  @Test func `GitLab's absence is told once after 15 minutes, and its return once`() {
    var scene = Scene()
    _ = scene.pass()
    let since = Timestamp(milliseconds: scene.now + Self.minute)
    for _ in 0..<15 {
      #expect(scene.pass(.fails(Self.down)) == [])
    }
    #expect(scene.pass(.fails(Self.down)) == [.gitlabDown(since: since, Self.down)])
    for _ in 0..<600 {
      #expect(scene.pass(.fails(Self.down)) == [])
    }
    #expect(
      scene.pass() == [.gitlabBack(since: since, at: Timestamp(milliseconds: scene.now))]
    )
    #expect(scene.pass() == [])
  }

  @Test func `an outage counts on over its reasons, and over passes that saw nothing`() {
    var scene = Scene()
    let failing = GitLabCondition.Failure(kind: .failing, reason: "502")
    _ = scene.pass(.fails(Self.down))
    _ = scene.pass(.unknown)
    let since = Timestamp(milliseconds: scene.now - Self.minute)
    #expect(
      scene.pass(.fails(failing), after: 15 * Self.minute) == [.gitlabDown(since: since, failing)]
    )
  }

  @Test func `a short outage is not told, nor its end`() {
    var scene = Scene()
    for _ in 0..<14 {
      #expect(scene.pass(.fails(Self.down)) == [])
    }
    #expect(scene.pass() == [])
    #expect(scene.state.alerts == AlertState())
  }

  @Test func `a clock that goes back does not hide an outage`() {
    var scene = Scene()
    _ = scene.pass(.fails(Self.down))
    _ = scene.pass(.fails(Self.down), after: -365 * Self.day)
    #expect(scene.pass(.fails(Self.down), after: 15 * Self.minute).count == 1)
  }

  @Test func `a token's end is told at 14, 3 and 1 days, once each`() {
    var scene = Scene()
    scene.state.token = TokenState(
      askedAt: Timestamp(milliseconds: scene.now),
      name: "wecom-bridge",
      expiresOn: "2026-12-24"
    )
    var told: [Int] = []
    for _ in 0..<(40 * 24) {
      for alert in scene.pass(after: 60 * Self.minute) {
        guard case .tokenEnds("wecom-bridge", "2026-12-24", let days) = alert else {
          Issue.record("\(alert)")
          continue
        }
        told.append(days)
      }
    }
    #expect(told == [14, 3, 1])
  }

  @Test func `a token that is seen late is told with the days that are left, a new one anew`() {
    var scene = Scene()
    scene.state.token = TokenState(
      askedAt: Timestamp(milliseconds: scene.now),
      expiresOn: "2026-11-26"
    )
    #expect(scene.pass() == [.tokenEnds(name: nil, day: "2026-11-26", days: 2)])
    #expect(scene.pass() == [])
    scene.state.token?.expiresOn = "2026-11-27"
    #expect(scene.pass() == [.tokenEnds(name: nil, day: "2026-11-27", days: 3)])
    scene.state.token?.expiresOn = "next spring"
    #expect(scene.pass() == [])
  }

  @Test func `a refused bot is told to the others, once, and that it is back`() {
    var scene = Scene()
    scene.setRefused(true, bot: "docs")
    let since = Timestamp(milliseconds: scene.now)
    #expect(
      scene.pass(posts: false) == [
        .botRefused(bot: "docs", since: since, reason: "93000", waiting: 0)
      ]
    )
    #expect(scene.pass(posts: false) == [])
    #expect(scene.state.bots["ops"]?.queue.count == 1)
    #expect(scene.state.bots["docs"]?.queue.isEmpty == true)
    scene.setRefused(false, bot: "docs")
    #expect(
      scene.pass() == [
        .botBack(bot: "docs", since: since, at: Timestamp(milliseconds: scene.now))
      ]
    )
    #expect(scene.pass() == [])
  }

  @Test func `an alert about a bot is not sent to that bot`() {
    var scene = Scene()
    scene.setRefused(true, bot: "ops")
    scene.keep(1, bot: "ops")
    _ = scene.pass(posts: false)
    #expect(scene.state.bots["ops"]?.queue.isEmpty == true)
    scene.recipients = ["ops", "docs"]
    scene.keep(1, bot: "ops")
    _ = scene.pass(after: 60 * Self.minute, posts: false)
    #expect(scene.state.bots["ops"]?.queue.isEmpty == true)
    #expect(scene.state.bots["docs"]?.queue.count == 1)
  }

  @Test func `kept messages are told at once, then at most once an hour`() {
    var scene = Scene()
    scene.keep(2, bot: "docs")
    #expect(scene.pass() == [.messagesKept(bot: "docs", count: 2, cause: "40058")])
    for _ in 0..<59 {
      scene.keep(1, bot: "docs", cause: "44004")
      #expect(scene.pass() == [])
    }
    #expect(scene.pass() == [.messagesKept(bot: "docs", count: 59, cause: "44004")])
    #expect(scene.pass(after: Self.day) == [])
  }

  @Test func `a backfill of kept messages does not hide the next ones`() {
    var scene = Scene()
    scene.keep(5, bot: "docs")
    _ = scene.pass()
    scene.state.bots["docs"]?.tally.keptAside = 0
    #expect(scene.pass(after: Self.day) == [])
    scene.keep(1, bot: "docs")
    #expect(
      scene.pass(after: Self.day) == [.messagesKept(bot: "docs", count: 1, cause: "40058")]
    )
  }

  @Test func `without bots to tell nothing is queued, and old news is not told later`() {
    var scene = Scene()
    scene.recipients = []
    scene.keep(3, bot: "docs")
    scene.setRefused(true, bot: "docs")
    for _ in 0..<20 {
      #expect(scene.pass(.fails(Self.down)) == [])
    }
    scene.recipients = ["ops"]
    let alerts = scene.pass(.fails(Self.down))
    #expect(alerts.count == 2)
    guard case .gitlabDown? = alerts.first, case .botRefused? = alerts.last else {
      Issue.record("\(alerts)")
      return
    }
  }

  @Test func `a bot that is away gets 20 alerts at most, and no message is crowded out`() {
    var scene = Scene()
    for _ in 0..<50 {
      _ = scene.pass(.fails(Self.down), posts: false)
      _ = scene.pass(.fails(Self.down), after: 15 * Self.minute, posts: false)
      _ = scene.pass(posts: false)
    }
    #expect(scene.state.bots["ops"]?.queue.count == AlertBook.queueLimit)
    #expect(scene.state.bots["ops"]?.waiting == 0)
    #expect(scene.state.bots["ops"]?.isBalanced == true)
  }

  @Test func `a quiet pass has nothing to write`() {
    let state = BridgeState()
    let book = AlertBook(
      state: state,
      recipients: ["ops"],
      bots: ["docs", "ops"],
      now: Timestamp(milliseconds: ManualClock.start)
    )
    let entries = book.entries(
      book.review(.answers),
      gitlabURL: AlertTests.url,
      neutraliser: Neutraliser(gitlabURL: AlertTests.url)
    )
    #expect(entries.isEmpty)
  }
}
