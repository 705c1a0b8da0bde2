internal import Changes
internal import Platform

/// Something that the bridge itself has to say to the bots of `[alerts]`.
enum Alert: Sendable, Equatable {
  case gitlabDown(since: Timestamp, GitLabCondition.Failure)
  case gitlabBack(since: Timestamp, at: Timestamp)
  case tokenEnds(name: String?, day: String, days: Int)
  case botRefused(bot: String, since: Timestamp, reason: String, waiting: Int)
  case botBack(bot: String, since: Timestamp, at: Timestamp)
  case messagesKept(bot: String, count: Int, cause: String)

  /// The bot that it is about, which does not hear of itself.
  var bot: String? {
    switch self {
    case .gitlabDown, .gitlabBack, .tokenEnds: nil
    case .botRefused(let bot, _, _, _), .botBack(let bot, _, _), .messagesKept(let bot, _, _): bot
    }
  }
}

/// How a pass found GitLab as a whole.
enum GitLabCondition: Sendable, Equatable {
  case answers
  case fails(Failure)
  /// The pass did not ask, or was cut short.
  case unknown

  /// Why GitLab cannot be worked with.
  struct Failure: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
      case unreachable
      case token
      case failing
    }

    var kind: Kind
    /// One sentence, as the log has it.
    var reason: String
  }
}

// MARK: What the group reads

extension Alert {
  /// The most that one text from outside may take, so that every alert is within WeCom's limit.
  private static let fieldBytes = 600

  /// Returns the finished text, in the style of the other messages.
  func content(gitlabURL: String, neutraliser: Neutraliser) -> String {
    func plain(_ text: String) -> String {
      let line = text.split(separator: "\n").joined(separator: " ")
      let neutral = neutraliser.neutralised(line, before: " ", scalarLimit: 2 * Self.fieldBytes)
      return neutraliser.cut(neutral, toBytes: Self.fieldBytes)
    }
    let heading = heading
    let color = heading.isGood ? "info" : "warning"
    let lines = lines(gitlabURL: gitlabURL).map { "- \($0.label): \(plain($0.text)) \n" }
    return
      "## gitlab-wecom \(heading.subject) <font color=\"\(color)\">\(heading.state)</font> 通知: \n\n"
      + lines.joined()
  }

  private var heading: (subject: String, state: String, isGood: Bool) {
    switch self {
    case .gitlabDown(_, let failure):
      switch failure.kind {
      case .unreachable: ("GitLab", "无法连接", false)
      case .token: ("GitLab", "拒绝令牌", false)
      case .failing: ("GitLab", "无法正常应答", false)
      }
    case .gitlabBack: ("GitLab", "已恢复", true)
    case .tokenEnds: ("令牌", "即将到期", false)
    case .botRefused: ("机器人", "拒收", false)
    case .botBack: ("机器人", "已恢复", true)
    case .messagesKept: ("消息", "未送达", false)
    }
  }

  private func lines(gitlabURL: String) -> [(label: String, text: String)] {
    switch self {
    case .gitlabDown(let since, let failure):
      let advice = failure.kind == .token ? "请更换令牌；" : ""
      return [
        ("地址", gitlabURL), ("开始时间", Self.time(since)), ("原因", failure.reason),
        ("说明", "\(advice)推送和失败构建不会丢失，恢复后自动补发"),
      ]
    case .gitlabBack(let since, let at):
      return [
        ("地址", gitlabURL), ("中断时间", "\(Self.time(since)) – \(Self.time(at))"),
        ("说明", "期间的推送和失败构建开始补发"),
      ]
    case .tokenEnds(let name, let day, let days):
      return [
        ("地址", gitlabURL), ("令牌", name ?? "（未命名）"), ("到期日", "\(day)，还剩 \(days) 天"),
        ("说明", "请及时更换令牌，到期后无法读取 GitLab"),
      ]
    case .botRefused(let bot, let since, let reason, let waiting):
      return [
        ("机器人", bot), ("开始时间", Self.time(since)), ("原因", reason),
        ("说明", "\(waiting) 条消息等待中，不会丢失；每 15 分钟重试一次，更换 key 后立即重试"),
      ]
    case .botBack(let bot, let since, let at):
      return [
        ("机器人", bot), ("拒收时间", "\(Self.time(since)) – \(Self.time(at))"),
        ("说明", "等待的消息开始发送"),
      ]
    case .messagesKept(let bot, let count, let cause):
      return [
        ("机器人", bot), ("数量", "\(count) 条"), ("原因", cause),
        ("说明", "已另行保存，可用 gitlab-wecom backfill 重新发送"),
      ]
    }
  }

  private static func time(_ moment: Timestamp) -> String { LocalTime.full(moment.milliseconds) }
}
