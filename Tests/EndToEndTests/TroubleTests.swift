import Sandbox
import TestSupport
import Testing

/// What goes wrong outside: exit codes, exact texts, said once and when it ends.
@Suite(.temporaryFolder, .timeLimit(.minutes(15))) struct TroubleTests {
  /// A trouble of GitLab's answers.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let effect: Fault.Effect
    /// GitLab's part of the sentence.
    let text: String
  }

  static let cases = [
    Case(
      testDescription: "a page of a proxy with status 502",
      effect: .answer(.html(502, title: "502 Bad Gateway")),
      text: "not GitLab's API: http://GITLAB answers 502 with a page, \"502 Bad Gateway\" (PLACE); "
        + "it is tried again"
    ),
    Case(
      testDescription: "a login page with status 200",
      effect: .answer(.html(200, title: "Sign in")),
      text: "not GitLab's API: http://GITLAB answers 200 with a page, \"Sign in\" (PLACE); "
        + "check url, proxy and what stands before GitLab"
    ),
    Case(
      testDescription: "a body that is cut in the middle",
      effect: .afterwards(.cut(afterBodyBytes: 1)),
      text: "GitLab does not answer: http://GITLAB: the connection was lost: "
        + "the answer was cut short (PLACE)"
    ),
    Case(
      testDescription: "a body that is cut and pretends to be whole",
      effect: .afterwards(.cutWithoutLength(afterBodyBytes: 1)),
      text: "GitLab's answer cannot be read: no whole JSON document (PLACE); it is tried "
        + "again"
    ),
    Case(
      testDescription: "a redirect to another host",
      effect: .redirected(status: 302, location: "https://login.example.com/?t=1"),
      text: "GitLab redirects to \"https://login.example.com/\", which is not followed "
        + "(PLACE); check url"
    ),
  ]

  @Test(arguments: cases)
  func `it is said when it begins, not again, and when it ends, and costs nothing`(
    trouble: Case
  ) async throws {
    let installation = try Installation()
    try await installation.run("run")
    installation.push("one")
    installation.sandbox.add(Fault(trouble.effect, at: Fault.gitlab))
    var run = try await installation.run("run")
    // Whichever project is answered first is named, at whichever endpoint.
    run.errors = run.errors.replacing(/project \d, [a-z\/:]+/, with: "PLACE")
    #expect(
      run
        == Run(
          code: 1,
          errors: "gitlab-wecom: \(trouble.text)\n"
            + "  nothing is lost: the next pass asks again from TIME\n"
        )
    )
    run = try await installation.run("run")
    #expect(run == Run(code: 1))
    installation.sandbox.clearFaults()
    run = try await installation.run("run")
    #expect(
      run
        == Run(code: 0, errors: "gitlab-wecom: GitLab answers again: http://GITLAB (since TIME)\n")
    )
    #expect(installation.sandbox.messages().count == 1)
    #expect(try await installation.run("run") == Run(code: 0))
  }

  @Test func `GitLab down is 69, also at the very start`() async throws {
    let installation = try Installation()
    installation.gitlab.stop(keepsPort: true)
    let text =
      "gitlab-wecom: GitLab does not answer: http://GITLAB: "
      + "cannot connect: connection refused (metadata)\n"
    #expect(
      try await installation.run("run")
        == Run(
          code: 69,
          errors: text + "  the watch has not begun: the next pass tries again\n"
        )
    )
    #expect(try await installation.run("run") == Run(code: 69))
  }

  @Test func `GitLab down does not stop what waits from being posted`() async throws {
    let installation = try Installation()
    try await installation.run("run")
    installation.push("one")
    installation.sandbox.add(Fault(.errcode(-1, "system busy"), at: [.wecomSend]))
    #expect(try await installation.run("run").code == 1)
    installation.sandbox.clearFaults()
    installation.gitlab.stop(keepsPort: true)
    // The first retry is due after ten seconds; a pass that waits for it posts it.
    var run = try await installation.run("run")
    while installation.sandbox.messages().isEmpty { run = try await installation.run("run") }
    #expect(run.code == 69)
    #expect(installation.sandbox.messages().count == 1)
  }

  @Test func `a wrong token is 77, and is said once`() async throws {
    let installation = try Installation()
    try installation.write(
      installation.configuration(gitlab: "token = \"glpat-wrong-1234567890abc\""),
      to: "config.toml"
    )
    #expect(
      try await installation.run("run")
        == Run(
          code: 77,
          errors: "gitlab-wecom: GitLab refuses the token: it does not know it (metadata); "
            + "check it, or make a new one with the scope read_api\n"
            + "  the watch has not begun: the next pass tries again\n"
        )
    )
    #expect(try await installation.run("run") == Run(code: 77))
    try installation.write(installation.configuration(), to: "config.toml")
    let run = try await installation.run("run")
    #expect(run.code == 0)
    #expect(run.errors.contains("gitlab-wecom: GitLab takes the token again (since TIME)\n"))
  }

  @Test func `a token that was revoked is 77, and what waits stays`() async throws {
    let installation = try Installation()
    try await installation.run("run")
    installation.sandbox.change { $0.revokeToken(Sandbox.token) }
    let run = try await installation.run("run")
    #expect(run.code == 77)
    #expect(run.errors.hasPrefix("gitlab-wecom: GitLab refuses the token: it was revoked ("))
  }

  @Test func `a bot that WeCom refuses is 1, and its message waits`() async throws {
    let installation = try Installation()
    try await installation.run("run")
    installation.push("one")
    installation.sandbox.removeBot(key: Sandbox.key)
    let run = try await installation.run("run")
    #expect(run.code == 1)
    #expect(
      run.errors.hasPrefix("gitlab-wecom: bot \"docs\": WeCom refuses the bot (errcode 93000)")
    )
    #expect(
      run.errors.hasSuffix(
        "; check the bot's key, and that the bot is still in its group\n"
          + "  1 message waits; nothing is lost: tried again every 15 minutes, "
          + "and as soon as the key changes\n"
      )
    )
    #expect(!run.errors.contains(Sandbox.key))
    #expect(try await installation.run("run") == Run(code: 1))

    let key = "0d5c7d1e-93bb-4a60-8f0e-17e0a2b4c6d8"
    installation.sandbox.addBot("docs", key: key)
    try installation.write(
      installation.configuration().replacing(Sandbox.key, with: key),
      to: "config.toml"
    )
    #expect(
      try await installation.run("run")
        == Run(
          code: 0,
          errors: "gitlab-wecom: WeCom takes messages of bot \"docs\" again (since TIME)\n"
        )
    )
    #expect(installation.sandbox.messages(key: key).count == 1)
  }

  @Test func `WeCom down is 1, and GitLab is still asked`() async throws {
    let installation = try Installation()
    try await installation.run("run")
    installation.push("one")
    installation.wecom.stop(keepsPort: true)
    #expect(
      try await installation.run("run")
        == Run(
          code: 1,
          errors: "gitlab-wecom: bot \"docs\": not sent: cannot connect: connection refused\n"
            + "  1 message waits; nothing is lost: tried again\n"
        )
    )
    installation.push("two")
    #expect(try await installation.run("run") == Run(code: 1))
    let status = try await installation.run("status")
    #expect(status.output.contains("\n  docs            2 "))
  }

  @Test func `one project that fails stops no other`() async throws {
    let installation = try Installation()
    try await installation.run("run")
    installation.push("one")
    installation.push("two", of: installation.api)
    installation.sandbox.add(
      Fault(
        .answer(.html(500, title: "500")),
        at: [.events],
        projectID: installation.api
      )
    )
    let run = try await installation.run("run")
    #expect(run.code == 1)
    #expect(run.errors.hasPrefix("gitlab-wecom: platform/api: not GitLab's API: "))
    #expect(run.errors.hasSuffix("\n  nothing is lost: the next pass asks again\n"))
    #expect(installation.sandbox.messages().count == 1)
    installation.sandbox.clearFaults()
    #expect(
      try await installation.run("run")
        == Run(
          code: 0,
          errors: "gitlab-wecom: all projects can be read again (since TIME)\n"
        )
    )
    #expect(installation.sandbox.messages().count == 2)
  }

  @Test func `a state that cannot be created is 73, a damaged one 65`() async throws {
    let installation = try Installation()
    try installation.write("not a folder", to: "state")
    let run = try await installation.run("run")
    #expect(run.code == 73)
    #expect(run.errors.hasPrefix("gitlab-wecom: "))
    #expect(run.errors.contains("FOLDER/state"))

    let other = try Installation()
    try other.write(
      other.configuration(more: "[state]\ndirectory = \"other\"\n"),
      to: "config.toml"
    )
    try await other.run("run")
    try other.write("{}", to: "other/state.json")
    try other.write("{}", to: "other/journal.0")
    try other.write("{}", to: "other/journal.1")
    let damaged = try await other.run("run")
    #expect(damaged.code == 65)
    #expect(damaged.errors.contains("baseline"))
    #expect(try await other.run("baseline").code == 0)
    #expect(try await other.run("run") == Run(code: 0))
  }
}
