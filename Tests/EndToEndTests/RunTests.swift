import Platform
import Sandbox
import TestSupport
import Testing

/// The main job: passes from cron, with nobody watching.
@Suite(.temporaryFolder, .timeLimit(.minutes(15))) struct RunTests {
  static let began =
    "gitlab-wecom: watching 2 projects from now on; what happened before is not told\n"

  @Test func `pushes and failed builds are posted, and nothing is said`() async throws {
    let installation = try Installation()
    #expect(try await installation.run("run") == Run(code: 0, errors: Self.began))
    #expect(installation.sandbox.received.isEmpty)

    installation.push("feat: 导出用户反馈\n\nCloses #7\n")
    installation.breakBuild()
    #expect(try await installation.run("run") == Run(code: 0))
    let project = "[用户手册](\(installation.gitlab.url)/docs/manual)"
    #expect(
      installation.sandbox.messages() == [
        "## 文档站 <font color=\"info\">push</font> 通知: \n\n- 项目: \(project) \n"
          + "- 更新人: *alice* \n- 提交信息: feat: 导出用户反馈Closes #7 \n",
        "## 文档站 build <font color=\"warning\">failed</font> 通知: \n\n- 项目: \(project) \n"
          + "- 请 **alice** 关注最近提交的内容 \n- 提交信息: feat: 导出用户反馈Closes #7 \n",
      ]
    )
    #expect(try await installation.run("run") == Run(code: 0))
    #expect(installation.sandbox.messages().count == 2)
  }

  @Test func `a dry run prints what would be posted and changes nothing`() async throws {
    let installation = try Installation()
    #expect(
      try await installation.run("run", "--dry-run")
        == Run(
          code: 0,
          output: "2 projects: a first pass would begin the watch and post nothing\n"
        )
    )
    #expect(installation.read("state/state.json") == nil)
    try await installation.run("run")
    let state = installation.read("state/state.json")
    installation.push("one")
    let expected = Run(
      code: 0,
      output: """
        → docs
          ## 文档站 <font color="info">push</font> 通知:\(" ")

          - 项目: [用户手册](http://GITLAB/docs/manual)\(" ")
          - 更新人: *alice*\(" ")
          - 提交信息: one\(" ")

        2 projects: 1 message would be posted

        """
    )
    #expect(try await installation.run("run", "--dry-run") == expected)
    #expect(try await installation.run("run", "--dry-run") == expected)
    #expect(installation.read("state/state.json") == state)
    #expect(installation.sandbox.received.isEmpty)
  }

  @Test func `verbose tells every step, quiet says nothing at all`() async throws {
    let installation = try Installation()
    #expect(try await installation.run("run", "--quiet") == Run(code: 0))
    installation.push("one")
    let run = try await installation.run("run", "--verbose")
    #expect(run.code == 0)
    #expect(run.output.isEmpty)
    let steps = run.errors.split(separator: "\n").map { $0.replacing(/\(.*\)/, with: "(…)") }
    #expect(
      steps == [
        "TIME debug gitlab-wecom 1.0.0 begins a pass",
        "TIME debug asked GitLab about 2 projects",
        "TIME info  posted to bot \"docs\": push of alice to main in 用户手册; nothing waits",
        "TIME info  2 projects: 1 push; 1 posted; nothing waits (…)",
      ]
    )
  }

  @Test func `a log in JSON is one object a line`() async throws {
    let installation = try Installation()
    try installation.write(
      installation.configuration(more: "[log]\nformat = \"json\"\n"),
      to: "config.toml"
    )
    #expect(
      try await installation.run("run")
        == Run(
          code: 0,
          errors: #"{"time":"TIME","level":"warn","event":"watch.began","message":"watching "#
            + #"2 projects from now on; what happened before is not told"}"# + "\n"
        )
    )
    installation.push("one \u{2028} \"two\"")
    let run = try await installation.run("run", "--verbose")
    let lines = run.errors.split(separator: "\n").map(String.init)
    let posted = try #require(lines.first { $0.contains("message.posted") })
    #expect(
      posted == #"{"time":"TIME","level":"info","event":"message.posted","message":"posted to "#
        + #"bot \"docs\": push of alice to main in 用户手册; nothing waits","bot":"docs","#
        + #""about":"push of alice to main in 用户手册","waiting":0}"#
    )
  }

  @Test func `a second pass beside one at work does nothing`() async throws {
    let installation = try Installation()
    try await installation.run("run")
    installation.sandbox.add(Fault(.instead(.stall), at: [.events]))
    installation.push("one")
    let first = try installation.start(["run"])
    try await wait { installation.sandbox.log.counts[.events, default: 0] >= 3 }
    #expect(try await installation.run("run") == Run(code: 0))
    installation.sandbox.clearFaults()
    installation.gitlab.release()
    #expect(Run(await first.result(), in: installation) == Run(code: 0))
    #expect(installation.sandbox.messages().count == 1)
  }

  @Test func `what was there before the watch is told by a backfill, once`() async throws {
    let installation = try Installation()
    try await installation.run("run")
    #expect(
      try await installation.run("backfill", "--since", "3d")
        == Run(
          code: 0,
          output: "2 projects: 2 pushes and failed builds in that time; 2 posted; nothing waits\n"
        )
    )
    #expect(
      try await installation.run("backfill", "--since", "3d")
        == Run(
          code: 0,
          output: "2 projects: 2 pushes and failed builds in that time, all told already\n"
        )
    )
    #expect(installation.sandbox.messages().count == 2)
  }

  @Test func `a new baseline tells nothing of what happened before it`() async throws {
    let installation = try Installation()
    try await installation.run("run")
    installation.push("one")
    #expect(
      try await installation.run("baseline", "--project", "docs/manual")
        == Run(
          code: 0,
          output: "1 project taken as they stand; what happened so far is not told\n"
        )
    )
    #expect(try await installation.run("run") == Run(code: 0))
    #expect(installation.sandbox.received.isEmpty)
  }

  @Test func `the status shows the watch and the queue`() async throws {
    let installation = try Installation()
    let before = try await installation.run("status")
    #expect(before.code == 0)
    #expect(before.output.contains("not begun: no pass has come so far"))
    try await installation.run("run")
    let run = try await installation.run("status")
    #expect(run.code == 0)
    #expect(run.errors.isEmpty)
    #expect(run.output.contains("watch      2 projects, since TIME\n"))
    let json = try await installation.run("status", "--json")
    #expect(json.code == 0)
    #expect(json.output.contains("\"watched_since\" : \"TIME\""))
  }
}
