internal import Changes
internal import Configuration
internal import GitLab
internal import HTTP
internal import Platform

/// Examines GitLab and the token.
struct ServerCheck: Sendable {
  /// The oldest version that the bridge is made for.
  private static let oldestVersion = GitLabVersion(major: 15, minor: 0)
  /// Clocks that differ by less agree: GitLab tells its time in whole seconds, in milliseconds.
  private static let agreement: Int64 = 2000
  /// Clocks that differ by more deserve a remark, in milliseconds.
  private static let oddDifference: Int64 = 60_000
  /// Pages of memberships that are counted.
  private static let countedPages = 10

  let bridge: GitLabBridge
  let requester: Requester

  private var client: GitLabClient { bridge.client }
  private var time: any TimeSource { bridge.surroundings.time }

  /// Asks GitLab for its version and its time.
  func gitlab() async -> CheckReport.Line {
    var line = CheckReport.Line(
      subject: "gitlab",
      cells: [bridge.settings.gitlabURL],
      verdict: "ok"
    )
    let client = client
    do throws(PollError) {
      let before = time.wallMilliseconds()
      let metadata = try await requester.ask(.server) { timeout throws(GitLabError) in
        try await client.limited(to: timeout).metadata()
      }
      let middle = before + (time.wallMilliseconds() - before) / 2
      var description = "GitLab \(metadata.version)"
      if let date = metadata.serverDate {
        // A time in whole seconds is half a second old on average.
        let difference = date + 500 - middle
        description += ", " + Self.clock(difference)
        if abs(difference) >= Self.oddDifference {
          line.findings.append(
            .remark(
              "the clocks of GitLab and of this machine differ: nothing is lost by that, but ages "
                + "and \"max_age\" are off; set the wrong one"
            )
          )
        }
      }
      if metadata.version < Self.oldestVersion {
        line.findings.append(
          .remark("this version is older than \(Self.oldestVersion): it was not tried; update it")
        )
      }
      line.cells.append(description)
      line.verdict = line.findings.isEmpty ? "ok" : "works"
    } catch {
      var finding = CheckReport.Finding(error)
      if let more = await words(on: error) { finding.text += "\n\(more)" }
      line.verdict = Self.verdict(finding.exitCode)
      line.findings.append(finding)
    }
    return line
  }

  /// What else there is to say about a GitLab that cannot be asked.
  private func words(on error: PollError) async -> String? {
    guard case .failed(let failure) = error, case .transport(let cause) = failure.kind else {
      return nil
    }
    let gitlab = bridge.configuration.gitlab
    switch cause {
    case .certificateRefused(let problem):
      let check = CertificateCheck(
        transport: bridge.surroundings.transport,
        connection: HTTPRequest.Connection(proxy: gitlab.proxy, caFile: gitlab.caFile),
        section: "gitlab"
      )
      return await check.words(on: problem, at: gitlab.url)
    case .cannotConnect, .timedOut, .connectionLost:
      return "see that GitLab runs there, and that nothing between keeps this machine from it"
    default:
      return nil
    }
  }

  /// Asks GitLab what it knows of the token.
  func token() async -> CheckReport.Line {
    var line = CheckReport.Line(subject: "token", cells: [], verdict: "ok")
    let client = client
    do throws(PollError) {
      let token = try await requester.ask(.server) { timeout throws(GitLabError) in
        try await client.limited(to: timeout).tokenSelf()
      }
      line.cells.append("\"\(ShownText.line(token.name ?? "", limit: 60))\"")
      line.cells.append(await rights(token, findings: &line.findings))
      line.verdict = expiry(token, findings: &line.findings)
    } catch {
      if case .failed(let failure) = error, failure.isAbsent || failure.isAboutToken {
        // The version before this asked with the same token, and was answered.
        line.cells.append("accepted; this GitLab tells neither its name nor its end")
      } else {
        let finding = CheckReport.Finding(error)
        line.verdict = Self.verdict(finding.exitCode)
        line.findings.append(finding)
      }
    }
    return line
  }

  private func rights(
    _ token: TokenInformation,
    findings: inout [CheckReport.Finding]
  ) async -> String {
    let scopes = token.scopes.map { ShownText.line($0, limit: 40) }.sorted()
    if !scopes.contains("api"), !scopes.contains("read_api") {
      findings.append(
        CheckReport.Finding(
          exitCode: .token,
          text: "the token lacks the scope read_api: make a new one that has it"
        )
      )
    } else if scopes.contains("api") {
      findings.append(
        .remark("the scope api lets the token change things: read_api is enough, make a new one")
      )
    }
    let text = scopes.joined(separator: ", ")
    guard let count = await memberCount() else { return text }
    return "\(text), Reporter in \(count)"
  }

  /// How many projects show themselves to a Reporter, in words.
  private func memberCount() async -> String? {
    var count = 0
    var page: PageCursor?
    let client = client
    for _ in 0..<Self.countedPages {
      let next = page
      let answer = try? await requester.ask(.projectList) { timeout throws(GitLabError) in
        try await client.limited(to: timeout).memberProjects(at: next)
      }
      guard let answer else { return nil }
      count += answer.rows.count
      page = answer.next
      if page == nil { return count == 1 ? "1 project" : "\(count) projects" }
    }
    return "over \(count) projects"
  }

  private func expiry(
    _ token: TokenInformation,
    findings: inout [CheckReport.Finding]
  ) -> String {
    guard let day = token.expiresOn else { return "ok, never ends" }
    let now = Timestamp(milliseconds: time.wallMilliseconds())
    guard let days = TokenState(askedAt: now, expiresOn: day).daysLeft(at: now) else { return "ok" }
    guard days <= AlertBook.tokenDays.max() ?? 0 else { return "ok, ends \(day)" }
    findings.append(
      .remark(
        "the token ends \(day): make a new one in time (in GitLab, \"rotate\" keeps its name), "
          + "and put it where the configuration says"
      )
    )
    return days > 0 ? "ends \(day), in \(days) \(days == 1 ? "day" : "days")" : "ended \(day)"
  }

  private static func clock(_ difference: Int64) -> String {
    guard abs(difference) >= agreement else { return "clocks agree" }
    let seconds = (abs(difference) + 500) / 1000
    let amount = seconds < 120 ? "\(seconds) s" : "\((seconds + 30) / 60) min"
    return "clock \(amount) \(difference > 0 ? "ahead" : "behind")"
  }

  private static func verdict(_ exitCode: ExitCode) -> String {
    switch exitCode {
    case .token: "refused"
    case .unreachable: "not reachable"
    default: "failed"
    }
  }
}
