import Sandbox

/// The configuration of a stage, and what it means for who is told.
package struct StageConfiguration: Sendable {
  /// One route: some projects to some bots.
  package struct Route: Sendable {
    package var bots: [String]
    /// Full paths, or `group/**`.
    package var projects: [String]
    package var title: String

    package init(bots: [String], projects: [String], title: String) {
      self.bots = bots
      self.projects = projects
      self.title = title
    }
  }

  package var gitlabURL: String
  package var wecomURL: String
  package var bots = ["docs", "platform"]
  /// Another generation gives every bot another key, so that no delay holds any longer.
  package var keyGeneration = 0
  package var messagesPerMinute = 600
  package var digestAbove = 20
  package var maxAge = "30d"
  package var deadline = "4s"
  package var wecomTimeout = "2s"
  package var alertBots: [String] = []
  /// More lines, at the end of the tables above the bots.
  package var more: [String] = []
  package var routes = [
    Route(bots: ["docs"], projects: ["docs/**"], title: "文档站"),
    Route(bots: ["platform"], projects: ["platform/**"], title: "平台"),
  ]

  package init(gitlabURL: String, wecomURL: String) {
    self.gitlabURL = gitlabURL
    self.wecomURL = wecomURL
  }

  /// The keys that a bot may have.
  package static let generations = 0..<4

  /// Returns a bot's key.
  package static func key(of bot: String, generation: Int) -> String {
    "canary-\(bot)-\(generation)-5d2f"
  }

  /// Returns the bot that a key belongs to.
  package static func bot(ofKey key: String) -> String {
    let parts = key.split(separator: "-")
    return parts.count == 4 ? String(parts[1]) : key
  }

  /// Returns the bots that are told of a project, without repeats.
  package func bots(ofPath path: String) -> [String] {
    var found: [String] = []
    for route in routes where route.projects.contains(where: { Self.matches($0, path) }) {
      for bot in route.bots where !found.contains(bot) { found.append(bot) }
    }
    return found
  }

  private static func matches(_ pattern: String, _ path: String) -> Bool {
    pattern.hasSuffix("/**") ? path.hasPrefix(pattern.dropLast(2)) : pattern == path
  }

  /// The text of `config.toml`.
  package var text: String {
    var lines = [
      "[gitlab]", "url = \"\(gitlabURL)\"", "token = \"\(Sandbox.token)\"", "timeout = \"3s\"",
      "[wecom]", "url = \"\(wecomURL)\"", "timeout = \"\(wecomTimeout)\"",
      "[backfill]", "digest_above = \(digestAbove)", "max_age = \"\(maxAge)\"",
      "[run]", "deadline = \"\(deadline)\"",
    ]
    if !alertBots.isEmpty { lines += ["[alerts]", "bots = \(Self.list(alertBots))"] }
    lines += more
    for bot in bots {
      lines += [
        "[[bots]]", "name = \"\(bot)\"",
        "key = \"\(Self.key(of: bot, generation: keyGeneration))\"",
        "messages_per_minute = \(messagesPerMinute)",
      ]
    }
    for route in routes {
      lines += [
        "[[routes]]", "bots = \(Self.list(route.bots))",
        "projects = \(Self.list(route.projects))", "title = \"\(route.title)\"",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func list(_ names: [String]) -> String {
    "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
  }
}
