internal import Configuration
internal import HTTP
internal import WeCom

/// Examines the bots, and posts to them where that is asked for.
struct BotCheck: Sendable {
  let bridge: GitLabBridge

  /// Returns a line for each bot of the configuration.
  func bots(sends: Bool) async -> [CheckReport.Line] {
    var lines: [CheckReport.Line] = []
    for bot in bridge.configuration.bots {
      var line = CheckReport.Line(
        subject: "bot",
        cells: [bot.name, "key \(bot.maskedKey)"],
        verdict: "not tried; --send tries it"
      )
      if let base = bot.baseURL, base != bridge.configuration.wecom.url {
        line.cells.append(base)
      }
      if sends {
        await send(to: bot, &line)
      }
      lines.append(line)
    }
    return lines
  }

  private func send(to bot: Bot, _ line: inout CheckReport.Line) async {
    let recipient = bridge.recipient(bot)
    let text = """
      ## gitlab-wecom <font color="info">测试</font>

      这是一条测试消息: 机器人 \(bot.name) 可以收到 GitLab 的通知
      """
    let report = await recipient.client.report(of: text, key: recipient.key)
    guard report.outcome != .sent else {
      line.verdict = "sent: the group has a test message"
      return
    }
    line.verdict = "not sent"
    var finding = report.outcome.description
    if report.errcode == 93000 {
      finding += """

        WeCom itself answered, so the address before "key=" is right: the key is not
        """
    }
    if let problem = report.certificateProblem {
      let wecom = bridge.configuration.wecom
      let check = CertificateCheck(
        transport: bridge.surroundings.transport,
        connection: HTTPRequest.Connection(proxy: wecom.proxy, caFile: wecom.caFile),
        section: "wecom"
      )
      if let more = await check.words(on: problem, at: recipient.host) { finding += "\n\(more)" }
    }
    if let address = report.seenAddress {
      finding += """

        WeCom saw this machine as \(ShownText.line(address)): allow that address if the bot has a list
        """
    }
    line.findings.append(CheckReport.Finding(exitCode: .failed, text: finding))
  }
}
