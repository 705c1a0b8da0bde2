import Platform
import Sandbox
import TestSupport
import Testing

/// The doctor: what it says when all is well, and what there is to look at.
@Suite(.temporaryFolder, .timeLimit(.minutes(15))) struct CheckTests {
  private static let clearText = """
             ! config.toml:2:7: "url" is not https: the token travels in clear text
                   2 | url = "http://GITLAB"
                     |       CARET
             ! config.toml:6:7: the address is not https: keys and messages travel in clear text
                   6 | url = "http://WECOM"
                     |       CARET

    """

  /// Returns what `check` prints, without the carets, whose length is that of the address.
  private func check(
    _ installation: Installation,
    _ arguments: String...
  ) async throws -> Run {
    let child = try installation.start(["check"] + arguments)
    var run = Run(await child.result(), in: installation)
    run.output = run.output.replacing(/\^~+/, with: "CARET")
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.replacing(#/ {2,}/#, with: "  ") }.joined(separator: "\n")
    return run
  }

  private func expected(_ lines: String, things: Int, works: Bool = true) -> String {
    let clear = Self.clearText.split(separator: "\n")
      .map { $0.replacing(#/ {2,}/#, with: "  ") + "\n" }.joined()
    let state = "state  FOLDER/state  not there yet: the first pass makes it  ok\n"
    return "config  config.toml  works\n\(clear)\(state)\(lines)"
      + (things == 1 ? "1 thing to look at\n" : "\(things) things to look at\n")
  }

  @Test func `all is well but for the clear text`() async throws {
    let installation = try Installation()
    let run = try await check(installation)
    #expect(
      run
        == Run(
          code: 0,
          output: expected(
            """
            gitlab  http://GITLAB  GitLab 17.11.2, clocks agree  ok
            token  "wecom-bridge"  read_api, Reporter in 2 projects  ok, never ends
            route 1  docs/**, platform/api  2 projects  pushes ok  builds ok  → docs "文档站"
            bot  docs  key 693a…a6c4  not tried; --send tries it

            """,
            things: 2
          )
        )
    )
    #expect(installation.sandbox.received.isEmpty)
    #expect(installation.read("state/state.json") == nil)
  }

  @Test func `each route says what it selects and what cannot be read`() async throws {
    let installation = try Installation()
    installation.sandbox.change { world in
      world.setCIEnabled(false, project: installation.api)
      world.setExpiry(ofToken: Sandbox.token, to: nil)
    }
    try installation.write(
      installation.configuration(
        more: "[[routes]]\nbots = [\"docs\"]\nprojects = [\"docs/nix\", \"docs/manual\"]\n"
          + "events = [\"push\"]\n"
      ),
      to: "config.toml"
    )
    let run = try await check(installation, "--verbose")
    #expect(run.code == 0 || run.code == 1)
    #expect(
      run.output.contains(
        """
          ! platform/api: CI is switched off: its pushes are told; switch CI on, or leave "build" \
        out of the route's "events"
          docs/manual
          platform/api

        """
      )
    )
    #expect(
      run.output.contains(
        """
        route 2  docs/nix, docs/manual  1 project  pushes ok  no builds  → docs "GitLab"
          ! no project for "docs/nix": check the path, and that the token's user has the role \
        Reporter there
          docs/manual

        """
      )
    )
  }

  @Test func `a group in place of a project is noticed, and how to write it is said`() async throws
  {
    let installation = try Installation()
    installation.sandbox.change { world in
      let docs = world.addGroup("handbooks")
      world.addProject("de", in: world.addGroup("archive", in: docs))
    }
    try installation.write(
      installation.configuration(
        more: "[[routes]]\nbots = [\"docs\"]\nprojects = [\"handbooks/archive\"]\n"
      ),
      to: "config.toml"
    )
    let run = try await check(installation)
    #expect(run.code == 0)
    #expect(
      run.output.contains(
        """
          ! "handbooks/archive" is a group, not a project; did you mean "handbooks/archive/**"?

        """
      )
    )
  }

  @Test func `a token that ends soon, or can do too much, is told`() async throws {
    let installation = try Installation()
    installation.sandbox.change { world in
      world.setScopes(ofToken: Sandbox.token, to: ["api"])
      world.setExpiry(ofToken: Sandbox.token, to: "2099-01-01")
    }
    let run = try await check(installation)
    #expect(run.code == 0)
    #expect(
      run.output.contains(
        """
        token  "wecom-bridge"  api, Reporter in 2 projects  ok, ends 2099-01-01
          ! the scope api lets the token change things: read_api is enough, make a new one

        """
      )
    )
  }

  @Test func `a test message tells whether a bot works`() async throws {
    let installation = try Installation()
    let run = try await check(installation, "--send")
    #expect(run.code == 0)
    #expect(
      run.output.contains("bot  docs  key 693a…a6c4  sent: the group has a test message\n")
    )
    #expect(
      installation.sandbox.messages() == [
        "## gitlab-wecom <font color=\"info\">测试</font>\n\n这是一条测试消息: 机器人 docs 可以收到 GitLab 的通知"
      ]
    )
    installation.sandbox.removeBot(key: Sandbox.key)
    let refused = try await check(installation, "--send")
    #expect(refused.code == 1)
    #expect(refused.output.contains("bot  docs  key 693a…a6c4  not sent\n"))
    #expect(
      refused.output.contains(
        "WeCom itself answered, so the address before \"key=\" is right: the key is not\n"
      )
    )
  }

  @Test func `GitLab down and a wrong token end with the codes of run`() async throws {
    let installation = try Installation()
    try installation.write(
      installation.configuration(gitlab: "token = \"glpat-wrong-1234567890abc\""),
      to: "config.toml"
    )
    let wrong = try await check(installation)
    #expect(wrong.code == 77)
    #expect(
      wrong.output.contains(
        """
        gitlab  http://GITLAB  refused
          ! GitLab refuses the token: it does not know it (metadata); check it, or make a new one \
        with the scope read_api

        """
      )
    )
    installation.gitlab.stop(keepsPort: true)
    let down = try await check(installation)
    #expect(down.code == 69)
    #expect(
      down.output.contains(
        """
        gitlab  http://GITLAB  not reachable
          ! GitLab does not answer: http://GITLAB: cannot connect: connection refused (metadata)
          see that GitLab runs there, and that nothing between keeps this machine from it

        """
      )
    )
  }

  @Test func `an explanation names each route's reason`() async throws {
    let installation = try Installation()
    try installation.write(
      installation.configuration(
        more: "branches = [\"*\", \"!renovate/**\"]\n[[routes]]\nbots = [\"docs\"]\n"
          + "events = [\"build\"]\n"
      ),
      to: "config.toml"
    )
    #expect(
      try await installation.run("check", "--explain", "docs/manual", "renovate/all")
        == Run(
          code: 0,
          output: """
            project  docs/manual, id 1

            push to renovate/all  nobody is told
              route 1  branch "renovate/all" is taken away by "!renovate/**"
              route 2  push is not among its events

            failed build on renovate/all  → docs
              route 1  branch "renovate/all" is taken away by "!renovate/**"
              route 2  tells docs

            """
        )
    )
  }
}
