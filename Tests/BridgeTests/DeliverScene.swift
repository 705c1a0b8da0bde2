internal import Changes
internal import Synchronization
internal import Testing
internal import WeCom

@testable import Bridge

/// A machine with its clock, its log and its WeCom, on which couriers live and die.
struct DeliverScene {
  let clock = DeliverClock()
  let log = DeliverLog()
  let wecom: DeliverWeCom
  let stop = StopFlag()
  let events = DeliverEvents()
  var bots = ["docs"]
  var hosts: [String: String] = [:]
  var keys: [String: String] = [:]
  var messagesPerMinute = 18
  var digestAbove = 0
  var maxAgeMilliseconds: Int64 = 0
  var jitter = 0.5
  var isPatient = true

  init(
    bots: [String] = ["docs"],
    script: @escaping DeliverWeCom.Script = { _, _, _ in .sent },
    latency: @escaping @Sendable (Int) -> (there: Int64, back: Int64) = { _ in (60, 90) }
  ) {
    self.bots = bots
    wecom = DeliverWeCom(clock: clock, script: script, latency: latency)
  }

  /// Returns what a new process begins with.
  func keeper() throws -> StateKeeper {
    StateKeeper(state: try log.fold(), log: log)
  }

  func courier(_ keeper: StateKeeper) -> Courier {
    Courier(
      keeper: keeper,
      mailboxes: bots.map { bot in
        Mailbox(
          name: bot,
          host: hosts[bot] ?? "qyapi.weixin.qq.com",
          keyDigest: keys[bot] ?? "key of \(bot)",
          messagesPerMinute: messagesPerMinute,
          post: { [wecom] content, _ in wecom.post(content, to: bot) }
        )
      },
      settings: DeliverySettings(
        digestAbove: digestAbove,
        maxAgeMilliseconds: maxAgeMilliseconds,
        isPatient: isPatient,
        neutraliser: Neutraliser(gitlabURL: "https://gitlab.example.internal"),
        formatTime: { "t\($0.milliseconds / 60_000)" }
      ),
      time: clock,
      jitter: { [jitter] in jitter },
      stop: stop,
      observe: { [events] in events.append($0) }
    )
  }

  /// Queues messages for a bot, as a reading would.
  func queue(_ count: Int, for bot: String = "docs", in keeper: StateKeeper) throws {
    let first = keeper.state.nextItem
    let messages = (first..<first + count).map {
      Entry.NewMessage(bot: bot, item: Self.message($0))
    }
    try keeper.commit([.found(messages: messages, tooOld: [:])])
  }

  /// Queues texts that are about no news, so that long runs leave no memory of each behind.
  func queueNotices(_ count: Int, for bot: String = "docs", in keeper: StateKeeper) throws {
    let first = keeper.state.nextItem
    let queuedAt = Timestamp(milliseconds: clock.wallMilliseconds())
    try keeper.commit(
      (first..<first + count).map {
        .alerted(
          bot: bot,
          QueueItem(id: $0, content: "notice \($0)", messageCount: 0, queuedAt: queuedAt)
        )
      }
    )
  }

  /// One phase in a process of its own that began with `count` more messages.
  @discardableResult
  func phase(
    queueing count: Int = 0,
    seconds: Int64? = 50
  ) async throws -> (report: DeliveryReport, state: BridgeState) {
    let keeper = try keeper()
    if count > 0 {
      try queue(count, in: keeper)
    }
    let until = seconds.map { clock.bootMilliseconds() + $0 * 1_000 }
    let report = try await courier(keeper).deliver(until: until)
    let state = keeper.state
    #expect(try log.fold() == state)
    try keeper.checkpoint()
    return (report, state)
  }

  static func message(_ id: Int, title: String = "文档站", project: Int64 = 7) -> QueueItem {
    QueueItem(
      id: id,
      content: content(id),
      subject: Subject(
        kind: .push,
        id: Int64(1_000 + id),
        projectID: project,
        projectName: "手册 \(project)",
        projectURL: "https://gitlab.example.internal/docs/manual\(project)",
        title: title,
        username: "alice",
        ref: "main",
        headline: "提交 \(id)",
        link: "https://gitlab.example.internal/docs/manual\(project)/-/commit/\(id)",
        at: Timestamp(milliseconds: Int64(id) * 1_000)
      ),
      messageCount: 1,
      queuedAt: Timestamp(milliseconds: 1_764_000_000_000)
    )
  }

  static func content(_ id: Int) -> String {
    "## 文档站 <font color=\"info\">push</font> 通知: \n\n- 项目: [a](b) \n- 提交信息: message \(id) \n"
  }
}

/// What the courier told while it worked.
final class DeliverEvents: Sendable {
  private let list = Mutex([DeliveryEvent]())

  var all: [DeliveryEvent] { list.withLock { $0 } }

  func append(_ event: DeliveryEvent) {
    list.withLock { $0.append(event) }
  }
}
