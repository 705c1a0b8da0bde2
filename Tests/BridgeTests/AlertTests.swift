import Changes
import Platform
import TestSupport
import Testing

@testable import Bridge

/// What the group reads of the bridge's own troubles.
@Suite struct AlertTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let alert: Alert
    let content: String
  }

  static let url = "https://gitlab.example.internal"
  static let since = Timestamp(milliseconds: ManualClock.start)
  static let at = Timestamp(milliseconds: ManualClock.start + 4_328_000)
  static let sinceText = LocalTime.full(since.milliseconds)
  static let atText = LocalTime.full(at.milliseconds)

  static let cases = [
    Case(
      testDescription: "GitLab is unreachable",
      alert: .gitlabDown(
        since: since,
        .init(kind: .unreachable, reason: "GitLab does not answer: connection refused")
      ),
      content: """
        ## gitlab-wecom GitLab <font color="warning">无法连接</font> 通知:\u{20}

        - 地址: https://gitlab.example.internal\u{20}
        - 开始时间: \(sinceText)\u{20}
        - 原因: GitLab does not answer: connection refused\u{20}
        - 说明: 推送和失败构建不会丢失，恢复后自动补发\u{20}

        """
    ),
    Case(
      testDescription: "GitLab refuses the token",
      alert: .gitlabDown(since: since, .init(kind: .token, reason: "the token was revoked")),
      content: """
        ## gitlab-wecom GitLab <font color="warning">拒绝令牌</font> 通知:\u{20}

        - 地址: https://gitlab.example.internal\u{20}
        - 开始时间: \(sinceText)\u{20}
        - 原因: the token was revoked\u{20}
        - 说明: 请更换令牌；推送和失败构建不会丢失，恢复后自动补发\u{20}

        """
    ),
    Case(
      testDescription: "GitLab fails, with a reason that would forge and ping",
      alert: .gitlabDown(
        since: since,
        .init(kind: .failing, reason: "502:\n<@all> <font color=\"x\">[a](http://evil)\u{202E}")
      ),
      content: """
        ## gitlab-wecom GitLab <font color="warning">无法正常应答</font> 通知:\u{20}

        - 地址: https://gitlab.example.internal\u{20}
        - 开始时间: \(sinceText)\u{20}
        - 原因: 502: ＜@all> ＜font color="x">[a]（http://evil)\u{20}
        - 说明: 推送和失败构建不会丢失，恢复后自动补发\u{20}

        """
    ),
    Case(
      testDescription: "GitLab is back",
      alert: .gitlabBack(since: since, at: at),
      content: """
        ## gitlab-wecom GitLab <font color="info">已恢复</font> 通知:\u{20}

        - 地址: https://gitlab.example.internal\u{20}
        - 中断时间: \(sinceText) – \(atText)\u{20}
        - 说明: 期间的推送和失败构建开始补发\u{20}

        """
    ),
    Case(
      testDescription: "the token ends",
      alert: .tokenEnds(name: "wecom-bridge", day: "2026-12-08", days: 14),
      content: """
        ## gitlab-wecom 令牌 <font color="warning">即将到期</font> 通知:\u{20}

        - 地址: https://gitlab.example.internal\u{20}
        - 令牌: wecom-bridge\u{20}
        - 到期日: 2026-12-08，还剩 14 天\u{20}
        - 说明: 请及时更换令牌，到期后无法读取 GitLab\u{20}

        """
    ),
    Case(
      testDescription: "a bot refuses",
      alert: .botRefused(bot: "docs", since: since, reason: "93000 invalid webhook", waiting: 3),
      content: """
        ## gitlab-wecom 机器人 <font color="warning">拒收</font> 通知:\u{20}

        - 机器人: docs\u{20}
        - 开始时间: \(sinceText)\u{20}
        - 原因: 93000 invalid webhook\u{20}
        - 说明: 3 条消息等待中，不会丢失；每 15 分钟重试一次，更换 key 后立即重试\u{20}

        """
    ),
    Case(
      testDescription: "a bot is back",
      alert: .botBack(bot: "docs", since: since, at: at),
      content: """
        ## gitlab-wecom 机器人 <font color="info">已恢复</font> 通知:\u{20}

        - 机器人: docs\u{20}
        - 拒收时间: \(sinceText) – \(atText)\u{20}
        - 说明: 等待的消息开始发送\u{20}

        """
    ),
    Case(
      testDescription: "messages were kept aside",
      alert: .messagesKept(bot: "docs", count: 2, cause: "WeCom refused the message: 40058"),
      content: """
        ## gitlab-wecom 消息 <font color="warning">未送达</font> 通知:\u{20}

        - 机器人: docs\u{20}
        - 数量: 2 条\u{20}
        - 原因: WeCom refused the message: 40058\u{20}
        - 说明: 已另行保存，可用 gitlab-wecom backfill 重新发送\u{20}

        """
    ),
  ]

  @Test(arguments: cases)
  func `an alert is written in the style of the other messages`(_ example: Case) {
    let content = example.alert.content(
      gitlabURL: Self.url,
      neutraliser: Neutraliser(gitlabURL: Self.url)
    )
    #expect(content == example.content)
  }

  @Test func `an alert stays within WeCom's limit whatever it quotes`() {
    let long = String(repeating: "很长的原因<@all>", count: 2000)
    let alerts: [Alert] = [
      .gitlabDown(since: Self.since, .init(kind: .failing, reason: long)),
      .tokenEnds(name: long, day: long, days: .max),
      .botRefused(bot: long, since: Self.since, reason: long, waiting: .max),
      .messagesKept(bot: long, count: .max, cause: long),
    ]
    for alert in alerts {
      let content = alert.content(gitlabURL: long, neutraliser: Neutraliser(gitlabURL: Self.url))
      #expect(content.utf8.count <= MessageLimit.bytes)
      #expect(!content.contains("<@"))
      #expect(content.contains("…"))
    }
  }
}
