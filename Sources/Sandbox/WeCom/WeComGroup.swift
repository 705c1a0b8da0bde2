import FoundationEssentials

/// The simulated WeCom: its bots and what they were sent.
struct WeComGroup: Sendable {
  var bots: [String: Bot] = [:]
  /// Every message that arrived, refused ones too, in the order of arrival.
  var received: [ReceivedMessage] = []

  /// Answers `POST /cgi-bin/webhook/send`; always with status 200.
  mutating func receive(
    _ request: SandboxRequest,
    key: String,
    settings: World.Settings,
    now: Int64
  ) -> SandboxReply {
    let message = try? JSONDecoder().decode(Message.self, from: Data(request.body))
    let content = message?.content ?? ""
    let (code, reason) = judge(
      request,
      message: message,
      key: key,
      settings: settings,
      now: now
    )
    record(key: key, message: message, content: content, code: code, now: now)
    return Self.answer(code, reason, now: now)
  }

  /// Records a message that a script answered.
  mutating func record(_ request: SandboxRequest, key: String, code: Int, now: Int64) {
    let message = try? JSONDecoder().decode(Message.self, from: Data(request.body))
    record(key: key, message: message, content: message?.content ?? "", code: code, now: now)
  }

  mutating func markLastAnswerLost() {
    if !received.isEmpty { received[received.count - 1].isAnswerLost = true }
  }

  /// Returns an answer with the fixed tail of the real ones.
  static func answer(_ code: Int, _ reason: String, now: Int64) -> SandboxReply {
    var json = JSONWriter()
    json.object { json in
      json.member("errcode", code)
      json.member(
        "errmsg",
        code == 0
          ? reason
          : "\(reason), hint: [\(now)8214937], from ip: 127.0.0.1, more info at "
            + "https://open.work.weixin.qq.com/devtool/query?e=\(code)"
      )
    }
    return .json(200, json.bytes)
  }

  private mutating func record(
    key: String,
    message: Message?,
    content: String,
    code: Int,
    now: Int64
  ) {
    received.append(
      ReceivedMessage(
        time: now,
        key: key,
        type: message?.msgtype ?? "",
        content: content,
        errcode: code,
        isAnswerLost: false
      )
    )
  }

  private mutating func judge(
    _ request: SandboxRequest,
    message: Message?,
    key: String,
    settings: World.Settings,
    now: Int64
  ) -> (Int, String) {
    guard request.method == "POST" else { return (40063, "some parameters are empty") }
    guard let bot = bots[key], !bot.isRemoved else { return (93000, "invalid webhook url") }
    if bot.isDisabled { return (93004, "robot is disabled") }
    guard let message else {
      return (40008, "Warning: wrong json format. invalid message type")
    }
    let limits = ["text": 2048, "markdown": 4096, "markdown_v2": 4096]
    guard let limit = message.msgtype.flatMap({ limits[$0] }) else {
      return (40008, "invalid message type")
    }
    guard let content = message.content, !content.isEmpty else { return (44004, "empty content") }
    if content.utf8.count > limit {
      return (
        40058,
        "\(message.msgtype ?? "").content exceed max length \(limit). invalid Request Parameter"
      )
    }
    return pace(key, settings: settings, now: now)
  }

  private mutating func pace(
    _ key: String,
    settings: World.Settings,
    now: Int64
  ) -> (Int, String) {
    guard var bot = bots[key] else { return (93000, "invalid webhook url") }
    bot.recent.removeAll { $0 <= now - 60_000 || $0 > now }
    defer { bots[key] = bot }
    if now < bot.refusedUntil || bot.recent.count >= settings.messagesPerMinute {
      if settings.messagePenalty > 0, now >= bot.refusedUntil {
        bot.refusedUntil = now + settings.messagePenalty
      }
      return (45009, "api freq out of limit")
    }
    bot.recent.append(now)
    return (0, "ok")
  }

  private struct Message: Decodable {
    struct Text: Decodable { let content: String? }

    enum CodingKeys: String, CodingKey {
      case msgtype
      case text
      case markdown
      case secondMarkdown = "markdown_v2"
    }

    let msgtype: String?
    let text: Text?
    let markdown: Text?
    let secondMarkdown: Text?

    var content: String? {
      switch msgtype {
      case "text": text?.content
      case "markdown": markdown?.content
      case "markdown_v2": secondMarkdown?.content
      default: nil
      }
    }
  }
}
