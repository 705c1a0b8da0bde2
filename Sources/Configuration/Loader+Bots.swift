import TOML

extension Loader {
  /// The bots as far as they could be read, for what follows in the file.
  struct Bots {
    var bots: [Bot] = []
    /// Also of bots with other errors, so that one mistake is told once.
    var names: [String] = []
    var spans: [TOMLSpan] = []
  }

  func loadBots(_ root: TOMLTable) -> Bots {
    var loaded = Bots()
    var linesOfNames: [String: Int] = [:]
    var botsOfKeys: [Secret: (name: String, line: Int)] = [:]
    for section in sections(KnownKeys.bots, of: root) {
      require("name", in: section, "[[bots]]", #"name = "team""#)
      require("key", in: section, "[[bots]]", #"key = { file = "team.key" }"#)
      let name = section.line("name", limit: 100)
      let key = webhookKey(of: section)
      let pace = section.integer("messages_per_minute", from: 1)
      if let name {
        if let line = linesOfNames[name.value] {
          findings.report(.repeatedName(name.value, firstLine: line), at: name.span)
        } else {
          linesOfNames[name.value] = section.span.line
          loaded.names.append(name.value)
          loaded.spans.append(name.span)
        }
      }
      if let pace, pace.value > 20 { findings.remark(.highPace(pace.value), at: pace.span) }
      guard let key else { continue }
      if let (other, line) = botsOfKeys[key.secret] {
        findings.report(.repeatedBotKey(name: other, firstLine: line), at: key.span)
        continue
      }
      let shownName = name?.value ?? ""
      botsOfKeys[key.secret] = (shownName, section.span.line)
      if !WebhookAddress.isUUID(key.secret.reveal()) {
        findings.remark(.unusualKey(bot: shownName), at: key.span)
      }
      loaded.bots.append(
        Bot(
          name: shownName,
          key: key.secret,
          baseURL: key.base,
          messagesPerMinute: pace?.value ?? Bot.defaultPace
        )
      )
    }
    return loaded
  }

  private func webhookKey(
    of section: Section
  ) -> (secret: Secret, base: String?, span: TOMLSpan)? {
    guard let (text, span, origin) = secret("key", of: section) else { return nil }
    switch WebhookAddress.read(text) {
    case .failure(let problem):
      findings.report(.webhook(origin, problem), at: span)
      return nil
    case .success(let address):
      if address.base?.hasPrefix("http:") == true {
        findings.remark(.unencryptedKeys, at: span)
      }
      return (Secret(address.key), address.base, span)
    }
  }

  func loadAlerts(_ root: TOMLTable, bots: [String]) -> [String] {
    section(KnownKeys.alerts, of: root).map { botNames(of: $0, among: bots) } ?? []
  }

  /// The bots that a route or the alerts name, each once.
  func botNames(of section: Section, among known: [String]) -> [String] {
    guard let names = section.lines("bots", like: #"["docs"]"#) else { return [] }
    var found: [String] = []
    for name in names.value {
      if known.isEmpty {
        // What is wrong with the bots has been told where they are.
        found.append(name.value)
      } else if !known.contains(name.value) {
        let near = Suggestion.nearest(to: name.value, among: known)
        findings.report(.unknownBot(name.value, suggestion: near), at: name.span)
      } else if found.contains(name.value) {
        findings.remark(.repeatedBot(name.value), at: name.span)
      } else {
        found.append(name.value)
      }
    }
    return found
  }

  func remarkUnused(_ bots: Bots, _ configuration: Configuration) {
    let used = Set(configuration.routes.flatMap(\.bots) + configuration.alertBots)
    for (name, span) in zip(bots.names, bots.spans) where !used.contains(name) {
      findings.remark(.unusedBot(name), at: span)
    }
  }
}
