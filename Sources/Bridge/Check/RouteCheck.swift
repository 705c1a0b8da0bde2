internal import Changes
internal import GitLab
internal import Platform

/// Examines what each route selects, and whether it can be read.
struct RouteCheck: Sendable {
  /// Projects of a route that are tried when not all of them are.
  private static let sampleSize = 20
  /// Findings about single projects that are told for one route.
  private static let toldProjects = 5

  let bridge: GitLabBridge
  let requester: Requester
  let isThorough: Bool

  private var client: GitLabClient { bridge.client }
  private var routes: [Route] { bridge.settings.routes.routes }

  /// Returns a line for each route, or one that says why there is none.
  func routes() async -> [CheckReport.Line] {
    let found: Discovery.Found
    do throws(PollError) {
      var search = DiscoverySearch(selectors: "", startedAt: Timestamp(milliseconds: 0))
      found = try await Discovery(
        client: bridge.client,
        requester: requester,
        routes: bridge.settings.routes,
        reserve: 0
      ).find(&search)
    } catch {
      let line = CheckReport.Line(
        subject: "routes",
        cells: ["what they select is not known"],
        verdict: "failed",
        findings: [CheckReport.Finding(error)]
      )
      return [line]
    }
    var selected: [[Selected]] = []
    for route in routes {
      selected.append(self.selected(by: route, from: found))
    }
    let trials = await trials(of: selected)
    let groups = await groups(among: found.barren)
    let lines = routes.indices.map { index in
      line(index, selected: selected[index], found: found, groups: groups, trials: trials)
    }
    guard let failure = found.failure else { return lines }
    let unanswered = CheckReport.Line(
      subject: "routes",
      cells: [found.unanswered.map(\.description).sorted().joined(separator: ", ")],
      verdict: "failed",
      findings: [CheckReport.Finding(.failed(failure))]
    )
    return lines + [unanswered]
  }

  // MARK: Selecting

  /// A project as a route sees it.
  private struct Selected: Sendable {
    var id: Int64
    var path: String
    var isCIOff: Bool
  }

  private func selected(by route: Route, from found: Discovery.Found) -> [Selected] {
    let aliases = Dictionary(grouping: found.aliases.keys) { found.aliases[$0] ?? 0 }
    let projects = found.projects.filter { id, project in
      let paths = [project.path] + (aliases[id] ?? [])
      return paths.contains { route.selects(Changes.Project(id: id, path: $0)) }
    }
    return projects.map {
      Selected(id: Int64($0), path: $1.path, isCIOff: $1.hasJobs == false)
    }.sorted { ($0.path, $0.id) < ($1.path, $1.id) }
  }

  /// Returns the globs for the projects of those selectors that lead to a group.
  private func groups(among barren: [String]) async -> [String: String] {
    var groups: [String: String] = [:]
    let client = client
    for pattern in Set(routes.flatMap { $0.projects ?? [] }) {
      guard case .path(let path) = pattern, barren.contains(pattern.description) else { continue }
      let group = try? await requester.ask(.groupProjects) { timeout throws(GitLabError) in
        try await client.limited(to: timeout).group(path)
      }
      if group != nil {
        groups[pattern.description] = Changes.ProjectPattern("\(path)/**").description
      }
    }
    return groups
  }

  // MARK: Trying

  /// What came of trying to read one project.
  private struct Trial: Sendable {
    /// Why its pushes cannot be read; nil when they can.
    var pushes: String?
    var builds: String?
    var exitCode = ExitCode.ok
  }

  private struct Question: Sendable {
    var project: Selected
    var kinds: Set<EventKind>
  }

  private func trials(of selected: [[Selected]]) async -> [Int64: Trial] {
    var questions: [Int64: Question] = [:]
    for (route, projects) in zip(routes, selected) {
      for project in isThorough ? projects[...] : projects.prefix(Self.sampleSize) {
        questions[project.id, default: Question(project: project, kinds: [])].kinds
          .formUnion(route.events)
      }
    }
    let pending = questions.values.sorted { $0.project.id < $1.project.id }
    return await withTaskGroup(of: (Int64, Trial).self) { group in
      var rest = pending[...]
      for question in rest.prefix(bridge.settings.concurrency) {
        group.addTask { (question.project.id, await trial(question)) }
      }
      rest = rest.dropFirst(bridge.settings.concurrency)
      var trials: [Int64: Trial] = [:]
      while let (id, trial) = await group.next() {
        trials[id] = trial
        if let question = rest.popFirst() {
          group.addTask { (question.project.id, await self.trial(question)) }
        }
      }
      return trials
    }
  }

  private func trial(_ question: Question) async -> Trial {
    var trial = Trial()
    let project = ProjectReference.id(question.project.id)
    let client = client
    // An empty list of pushes proves nothing; a branch does, and needs the very same right.
    await attempt(.commits, &trial, \.pushes) { timeout throws(GitLabError) in
      _ = try await client.limited(to: timeout).branches(project)
    }
    if question.kinds.contains(.push), trial.pushes == nil {
      await attempt(.events, &trial, \.pushes) { timeout throws(GitLabError) in
        _ = try await client.limited(to: timeout).pushEvents(project, perPage: 1)
      }
    }
    guard question.kinds.contains(.build) else { return trial }
    do throws(PollError) {
      _ = try await requester.ask(.jobs) { timeout throws(GitLabError) in
        try await client.limited(to: timeout).failedJobs(project, perPage: 1)
      }
    } catch .failed(let error) where error.isForbidden && trial.pushes == nil {
      trial.builds = Self.isOff
    } catch {
      note(error, in: &trial, \.builds)
    }
    return trial
  }

  private static let isOff = "CI is switched off"

  private func attempt(
    _ kind: EndpointKind,
    _ trial: inout Trial,
    _ part: WritableKeyPath<Trial, String?>,
    _ request: @Sendable (_ timeout: Duration) async throws(GitLabError) -> Void
  ) async {
    do throws(PollError) {
      try await requester.ask(kind, request)
    } catch {
      note(error, in: &trial, part)
    }
  }

  private func note(
    _ error: PollError,
    in trial: inout Trial,
    _ part: WritableKeyPath<Trial, String?>
  ) {
    let finding = CheckReport.Finding(error)
    trial[keyPath: part] = finding.text
    trial.exitCode = .first(of: [trial.exitCode, finding.exitCode])
  }

  // MARK: Telling

  private func line(
    _ index: Int,
    selected: [Selected],
    found: Discovery.Found,
    groups: [String: String],
    trials: [Int64: Trial]
  ) -> CheckReport.Line {
    let route = routes[index]
    var line = CheckReport.Line(
      subject: "route \(index + 1)",
      cells: [
        Self.selectors(of: route), selected.count == 1 ? "1 project" : "\(selected.count) projects",
      ],
      verdict: "→ \(route.bots.joined(separator: ", ")) \"\(ShownText.line(route.title))\""
    )
    line.notes = selected.map(\.path)
    let tried = selected.filter { trials[$0.id] != nil }
    if tried.count < selected.count {
      line.notes.append("the first \(tried.count) were tried; --verbose tries all")
    }
    let pushes = route.events.contains(.push)
    line.cells.append(
      pushes ? "pushes " + state(of: tried, trials, \.pushes) : "no pushes"
    )
    line.cells.append(
      route.events.contains(.build)
        ? "builds " + state(of: tried, trials, \.builds) : "no builds"
    )
    line.findings += selectorFindings(of: route, selected: selected, found: found, groups: groups)
    line.findings += projectFindings(of: tried, trials, route: route)
    return line
  }

  private func state(
    of tried: [Selected],
    _ trials: [Int64: Trial],
    _ part: KeyPath<Trial, String?>
  ) -> String {
    let refused = tried.filter { trials[$0.id]?[keyPath: part] != nil }
    if tried.isEmpty { return "not tried" }
    if refused.isEmpty { return "ok" }
    if refused.count == tried.count {
      return refused.allSatisfy({ trials[$0.id]?[keyPath: part] == Self.isOff })
        ? ": \(Self.isOff)" : "not readable"
    }
    return "ok in \(tried.count - refused.count)"
  }

  private func selectorFindings(
    of route: Route,
    selected: [Selected],
    found: Discovery.Found,
    groups: [String: String]
  ) -> [CheckReport.Finding] {
    let patterns = (route.projects ?? []).map(\.description)
    var findings = patterns.filter(found.barren.contains).map { pattern in
      let shown = ShownText.line(pattern)
      return CheckReport.Finding.remark(
        groups[pattern].map {
          "\(shown) is a group, not a project; did you mean \(ShownText.line($0))?"
        }
          ?? "no project for \(shown): check the path, and that the token's user has the role "
          + "Reporter there"
      )
    }
    findings += patterns.filter(found.archived.contains).map { pattern in
      .remark("\(ShownText.line(pattern)) is archived, and so not watched: take it out")
    }
    if findings.isEmpty, selected.isEmpty {
      findings.append(
        .remark(
          route.projects == nil
            ? "the token's user is Reporter in no project: invite it into those to be watched"
            : "the route selects nothing: \"exclude\" takes everything away"
        )
      )
    }
    return findings
  }

  private func projectFindings(
    of tried: [Selected],
    _ trials: [Int64: Trial],
    route: Route
  ) -> [CheckReport.Finding] {
    var findings: [CheckReport.Finding] = []
    for project in tried {
      guard let trial = trials[project.id] else { continue }
      let path = ShownText.line(project.path)
      if let reason = trial.pushes {
        findings.append(
          CheckReport.Finding(exitCode: trial.exitCode, text: "\(path): code and pushes: \(reason)")
        )
      } else if let reason = trial.builds, route.events.contains(.build) {
        findings.append(
          CheckReport.Finding(
            exitCode: trial.exitCode,
            text: reason == Self.isOff
              ? "\(path): \(reason): its pushes are told; switch CI on, or leave \"build\" out of "
                + "the route's \"events\""
              : "\(path): builds: \(reason)"
          )
        )
      }
    }
    let rest = findings.dropFirst(Self.toldProjects)
    guard rest.count > 1, !isThorough else { return findings }
    return findings.prefix(Self.toldProjects) + [
      CheckReport.Finding(
        exitCode: .first(of: rest.map(\.exitCode)),
        text: "the same or other troubles in \(rest.count) more projects: --verbose names them"
      )
    ]
  }

  private static func selectors(of route: Route) -> String {
    guard let projects = route.projects else {
      return route.exclude.isEmpty ? "every project" : "every project but \(route.exclude.count)"
    }
    let texts = projects.map { pattern in
      switch pattern {
      case .id(let id): String(id)
      case .path(let path): path
      case .glob(let glob): glob.text
      }
    }
    return ShownText.line(texts.joined(separator: ", "), limit: 40)
  }
}
