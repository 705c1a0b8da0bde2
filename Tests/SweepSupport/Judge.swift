package import Sandbox

/// Compares what the groups saw with what GitLab's webhooks would have told.
package struct Judge: Sendable {
  /// One piece of news for one bot.
  package struct News: Sendable, Hashable {
    package var bot: String
    package var kind: RecordedWebhook.Kind
    package var token: String
  }

  /// What is wrong, and how often a text was seen twice.
  package struct Verdict: Sendable {
    package var missing: [String] = []
    package var problems: [String] = []
    package var doubles = 0
    /// Posts whose answer WeCom's accident took away.
    package var brokenSends = 0

    package var isClean: Bool { missing.isEmpty && problems.isEmpty }
  }

  /// What has to be told, once each.
  private var wanted: [News: Int] = [:]
  private var allowed: [News: Int] = [:]
  private var projects: [String: Int] = [:]

  /// Takes what a stage's webhooks ask for.
  package init(_ stage: Stage) {
    self.init(webhooks: stage.sandbox.webhooks, after: stage.mark, optional: stage.optional) {
      stage.configuration.bots(ofPath: stage.paths[$0] ?? "")
    }
  }

  /// Takes what webhooks ask for.
  ///
  /// Those after a sequence number must be told, but for the optional ones; `bots` says who is told
  /// of a project.
  package init(
    webhooks: [RecordedWebhook],
    after mark: Int,
    optional: Set<Int> = [],
    bots: (Int) -> [String]
  ) {
    for webhook in webhooks {
      let isTold =
        switch webhook.kind {
        case .push: webhook.action != "removed"
        case .build: webhook.action == "failed"
        }
      guard isTold, let token = Self.tokens(in: webhook.message ?? webhook.headTitle ?? "").first
      else { continue }
      projects[token] = webhook.projectID
      for bot in bots(webhook.projectID) {
        let news = News(bot: bot, kind: webhook.kind, token: token)
        allowed[news, default: 0] += 1
        if webhook.sequence > mark, !optional.contains(webhook.sequence) {
          wanted[news, default: 0] += 1
        }
      }
    }
  }

  /// Judges every message that reached WeCom, refused ones too.
  ///
  /// Each of the processes that were killed may have sent one message twice.
  package func judge(_ received: [ReceivedMessage], kills: Int) -> Verdict {
    var verdict = Verdict()
    verdict.brokenSends = received.count { $0.isAccepted && $0.isAnswerLost }
    var seen: [News: Int] = [:]
    var shown: [String: [String]] = [:]
    var last: [String: String] = [:]
    for message in received where message.isAccepted {
      let bot = StageConfiguration.bot(ofKey: message.key)
      if shown[bot]?.last == message.content {
        verdict.doubles += 1
        continue
      }
      if shown[bot, default: []].contains(message.content) {
        verdict.problems.append("\(bot) saw again, after others: \(Self.short(message.content))")
      }
      shown[bot, default: []].append(message.content)
      for news in Self.news(in: message.content, bot: bot) {
        seen[news, default: 0] += 1
        let row = "\(bot) \(news.kind) \(projects[news.token] ?? 0)"
        if let before = last[row], before >= news.token {
          verdict.problems.append("\(bot) saw \(news.kind) \(news.token) after \(before)")
        }
        last[row] = news.token
      }
    }
    for (news, count) in wanted where seen[news, default: 0] < count {
      verdict.missing.append("\(news.bot) was not told of \(news.kind) \(news.token)")
    }
    for (news, count) in seen where count > allowed[news, default: 0] {
      verdict.problems.append("\(news.bot) was told \(count) times of \(news.kind) \(news.token)")
    }
    if verdict.doubles > kills + verdict.brokenSends {
      verdict.problems.append(
        "\(verdict.doubles) doubles for \(kills) kills and \(verdict.brokenSends) broken sends"
      )
    }
    verdict.missing.sort()
    verdict.problems.sort()
    return verdict
  }

  // MARK: Reading messages

  /// Returns the news that a message tells: one, or one a line of a digest.
  static func news(in content: String, bot: String) -> [News] {
    let title = content.prefix { $0 != "\n" }
    if title.contains("补发") {
      return content.split(separator: "\n").filter { $0.hasPrefix("> ") }.compactMap { line in
        let isBuild = line.contains("failed</font>")
        return tokens(in: String(line)).first.map {
          News(bot: bot, kind: isBuild ? .build : .push, token: $0)
        }
      }
    }
    guard let token = tokens(in: content).first else { return [] }
    if title.contains("push</font> 通知") { return [News(bot: bot, kind: .push, token: token)] }
    if title.contains("failed</font> 通知") { return [News(bot: bot, kind: .build, token: token)] }
    return []
  }

  /// Returns the words of the form `t00042`.
  static func tokens(in text: String) -> [String] {
    var found: [String] = []
    // How much of a word has been seen: its letter and then digits.
    var length = 0
    var digits: [UInt8] = []
    for byte in text.utf8 {
      if byte == 0x74 {
        length = 1
        digits = [byte]
      } else if length > 0, byte >= 0x30, byte <= 0x39 {
        length += 1
        digits.append(byte)
        if length == 6 {
          found.append(String(decoding: digits, as: UTF8.self))
          length = 0
        }
      } else {
        length = 0
      }
    }
    return found
  }

  private static func short(_ content: String) -> String {
    tokens(in: content).joined(separator: " ")
  }
}
