internal import Changes
internal import GitLab
internal import Platform

extension Pass {
  /// Projects that are named in one line about many.
  private static let namedProjects = 5

  /// What is wrong with GitLab, the token, the selectors or single projects.
  func pollTroubles(
    _ poll: Poller.Report,
    findings: Requester.Findings
  ) -> [Trouble] {
    var troubles: [Trouble] = []
    if let ending = findings.ending {
      troubles.append(gitlabTrouble(ending))
    } else if case .failed(let error) = poll.error {
      troubles.append(gitlabTrouble(error))
    } else if poll.error == .outOfTime, !findings.wasAnswered, !stop.isSet {
      troubles.append(
        Trouble(
          key: "gitlab.down",
          exitCode: .failed,
          text: """
            GitLab has not answered by the end of the pass: \(settings.gitlabURL)
              \(assurance)
            """,
          ending: "GitLab answers again: \(settings.gitlabURL)"
        )
      )
    }
    // While GitLab as a whole is in trouble, single projects neither begin to be nor cease to.
    let isWhole = !troubles.isEmpty
    if !isWhole, let failure = poll.discoveryFailure {
      troubles.append(
        Trouble(
          key: "discovery.failing",
          exitCode: .failed,
          text: """
            not all projects of the routes could be looked for: \(failure)
              the known ones are watched as before; asked again within minutes
            """,
          ending: "all projects of the routes can be looked for again"
        )
      )
    }
    troubles += failingTroubles(poll).filter { !isWhole || keeper.state.troubles[$0.key] != nil }
    return troubles + obstacleTroubles() + selectorTroubles()
  }

  private func gitlabTrouble(_ error: GitLabError) -> Trouble {
    // However an outage shows, now as a refusal and then as a 502, it is one.
    let isToken = error.consequence == .token
    return Trouble(
      key: isToken ? "gitlab.token" : "gitlab.down",
      exitCode: error.exitCode,
      text: "\(error)\n  \(assurance)",
      ending: isToken
        ? "GitLab takes the token again" : "GitLab answers again: \(settings.gitlabURL)"
    )
  }

  /// What a reader wants to know first: that nothing is lost, and what waits.
  private var assurance: String {
    var parts: [String] = []
    if let last = keeper.state.sweep.sweptTo {
      parts.append(
        "nothing is lost: the next pass asks again from \(LocalTime.full(last.milliseconds))"
      )
    } else {
      parts.append("the watch has not begun: the next pass tries again")
    }
    for (bot, state) in keeper.state.bots.sorted(by: { $0.key < $1.key }) where state.waiting > 0 {
      let count = state.waiting
      parts.append("\(count) \(count == 1 ? "message waits" : "messages wait") for bot \"\(bot)\"")
    }
    return parts.joined(separator: "; ")
  }

  /// Those of the watched projects about which something is to be said, by id.
  private func watched(
    where isWorthWords: (ProjectState) -> Bool
  ) -> [(id: Int, state: ProjectState)] {
    (keeper.state.discovery?.projects ?? []).compactMap { id in
      guard let state = keeper.state.projects[id], isWorthWords(state) else { return nil }
      return (id, state)
    }
  }

  /// Projects that failed when they were asked last, in this pass or before it.
  private func failingTroubles(_ poll: Poller.Report) -> [Trouble] {
    let failing = watched { $0.failures ?? 0 > 0 && $0.obstacle == nil }
    guard !failing.isEmpty else { return [] }
    let error = poll.readings.lazy.compactMap { reading -> GitLabError? in
      switch reading.error {
      case .failed(let error) where !error.isAboutProject: error
      case .partly(let error): error
      default: nil
      }
    }.first
    return [
      Trouble(
        key: "projects.failing",
        exitCode: .failed,
        text: words(of: failing.map(\.state.path), error: error),
        ending: "all projects can be read again"
      )
    ]
  }

  private func words(of paths: [String], error: GitLabError?) -> String {
    let names = list(paths)
    guard let error else {
      return "GitLab fails for \(names)\n  nothing is lost: asked again after a rest"
    }
    guard paths.count > 1 else {
      return "\(names): \(error)\n  nothing is lost: the next pass asks again"
    }
    return """
      \(paths.count) projects could not be read (\(names)): \(error)
        nothing is lost: the next pass asks them again
      """
  }

  /// Projects that are gone, or whose ids went back.
  private func obstacleTroubles() -> [Trouble] {
    var troubles: [Trouble] = []
    for (id, project) in watched(where: { $0.obstacle != nil }) {
      switch project.obstacle {
      case .gone:
        troubles.append(
          Trouble(
            key: "project.\(id).gone",
            exitCode: .ok,
            text: """
              \(project.path) is not there for this token any more: removed, or no longer shared; \
              asked again hourly
              """,
            ending: "\(project.path) is there again"
          )
        )
      case .rewound:
        troubles.append(
          Trouble(
            key: "project.\(id).rewound",
            exitCode: .failed,
            text: """
              \(project.path): the ids of GitLab's events went back, as after a restored backup; \
              the project is not read until you run: \
              gitlab-wecom baseline --project \(project.path)
              """,
            ending: "\(project.path) is read again"
          )
        )
      case nil:
        break
      }
    }
    return troubles
  }

  private func selectorTroubles() -> [Trouble] {
    guard let discovery = keeper.state.discovery, discovery.selectors == settings.selectors else {
      return []
    }
    return discovery.barren.map { selector in
      Trouble(
        key: "selector.\(selector)",
        exitCode: .ok,
        text: """
          no project for \(selector): check the path, and that the token's user has the role \
          Reporter there
          """,
        ending: "\(selector) selects projects now"
      )
    }
      + discovery.archived.map { selector in
        Trouble(
          key: "selector.\(selector)",
          exitCode: .ok,
          text: "\(selector) is archived, and so not watched",
          ending: "\(selector) selects projects now"
        )
      }
  }

  /// What is wrong with WeCom or single bots.
  func deliveryTroubles(_ delivery: DeliveryReport) -> [Trouble] {
    var troubles = delivery.waiting.compactMap { waiting -> Trouble? in
      let count = "\(waiting.toldCount) \(waiting.toldCount == 1 ? "message" : "messages")"
      switch waiting.cause {
      case .delay(let delay) where delay.cause == .refused:
        return Trouble(
          key: "bot.\(waiting.bot).refused",
          exitCode: .failed,
          text: """
            bot "\(waiting.bot)": \(delay.reason)
              \(count) \(waiting.toldCount == 1 ? "waits" : "wait"); nothing is lost: tried again \
            every 15 minutes, and as soon as the key changes
            """,
          ending: "WeCom takes messages of bot \"\(waiting.bot)\" again"
        )
      case .delay(let delay) where delay.cause == .failure:
        return Trouble(
          key: "wecom.failing",
          exitCode: .failed,
          text: """
            bot "\(waiting.bot)": \(delay.reason)
              \(count) \(waiting.messages == 1 ? "waits" : "wait"); nothing is lost: tried again
            """,
          ending: "messages reach WeCom again"
        )
      case .host(let host, let reason):
        return Trouble(
          key: "wecom.failing",
          exitCode: .failed,
          text: """
            \(host): \(reason)
              \(count) \(waiting.messages == 1 ? "waits" : "wait") for bot "\(waiting.bot)"; \
            nothing is lost: tried again
            """,
          ending: "messages reach WeCom again"
        )
      case .delay, .pace, .absent:
        return nil
      }
    }
    var seen: Set<String> = []
    troubles = troubles.filter { seen.insert($0.key).inserted }
    return troubles
  }

  private func list(_ paths: [String]) -> String {
    let named = paths.prefix(Self.namedProjects).joined(separator: ", ")
    let rest = paths.count - Self.namedProjects
    return rest > 0 ? "\(named) and \(rest) more" : named
  }
}

extension GitLabError {
  /// The exit code of a pass that could not ask GitLab for this reason.
  var exitCode: ExitCode {
    switch consequence {
    case .token: .token
    case .unreachable: .unreachable
    default: .failed
    }
  }
}
