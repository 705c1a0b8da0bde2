import Platform
import Sandbox

/// The demo itself: a team at work, and the bridge that tells of it.
struct Story {
  /// What did not go as it must.
  enum Failure: Error, CustomStringConvertible {
    case pass(exit: String, expected: [Int32])

    var description: String {
      switch self {
      case .pass(let exit, let expected):
        "a pass ended with \(exit) instead of \(expected.map(String.init).joined(separator: " or "))"
      }
    }
  }

  private let sandbox: Sandbox
  private let gitlab: SandboxServer
  private let wecom: SandboxServer
  private let team: Team
  private let bridge: Bridge
  private let view = GroupView(hasColors: Terminal.showsColors(.output))
  private let time = SystemTime()

  init() throws {
    let time = time
    sandbox = Sandbox(time: { time.wallMilliseconds() })
    for group in Bridge.groups { sandbox.addBot(group.bot, key: group.key) }
    gitlab = try SandboxServer(sandbox)
    wecom = try SandboxServer(sandbox)
    let url = gitlab.url
    sandbox.change { $0.settings.externalURL = url }
    team = Team(in: sandbox)
    bridge = try Bridge(gitlabURL: gitlab.url, wecomURL: wecom.url)
  }

  /// Tells the story; returns the exit code.
  func tell() async throws -> Int32 {
    defer { bridge.remove() }
    await introduce()
    let history = sandbox.webhooks.count
    try await watch()
    try await work()
    try await trickery()
    try await weekend()
    try await gitlabOutage()
    try await wecomOutage()
    return balance(after: history)
  }

  // MARK: Scenes

  private func introduce() async {
    say("A simulated GitLab is at \(gitlab.url), a simulated WeCom at \(wecom.url).")
    say("Three people work in three projects; two groups have a bot. This is config.toml:\n")
    let text = Bridge.configuration(gitlab.url, wecom.url)
    print(text.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 })
    await pause()
  }

  private func watch() async throws {
    title("The first pass takes everything as it stands: nothing old is told")
    try await pass()
  }

  private func work() async throws {
    title("Alice pushes two commits, Carol breaks the build; cron starts the next pass")
    team.push(["feat: 导出用户反馈", "test: 导出的边界情况"], of: team.manual, by: team.alice)
    team.push(
      ["Round prices to cents\n\nThe old way lost one cent in three."],
      of: team.api,
      by: team.carol
    )
    team.breakBuild(of: team.api, by: team.carol)
    try await pass()
  }

  private func trickery() async throws {
    title("Bob's branch has a commit message that would call everybody")
    team.startBranch(
      "fix/footer",
      of: team.site,
      by: team.bob,
      messages: ["<@all> [点我](http://evil.example) <font color=\"warning\">urgent</font>"]
    )
    team.merge("fix/footer", of: team.site, by: team.bob)
    try await pass()
  }

  private func weekend() async throws {
    title("The bridge's machine is switched off for a weekend; the team is not")
    let before = sandbox.webhooks.count
    let pages = [
      "安装", "升级", "备份", "恢复", "权限", "登录", "搜索", "导出", "导入", "打印", "通知", "快捷键",
      "常见问题", "术语表", "更新日志", "许可", "联系我们", "截图", "示例", "索引", "附录",
    ]
    for (number, page) in pages.enumerated() {
      let user = [team.alice, team.bob, team.carol][number % 3]
      team.push(["docs: 修订《\(page)》一章"], of: number % 4 == 3 ? team.site : team.manual, by: user)
    }
    team.breakBuild(of: team.manual, by: team.alice)
    team.push(["Retry the payment gateway"], of: team.api, by: team.carol)
    team.startBranch("load", of: team.api, by: team.bob, messages: ["Measure under load"])
    team.breakBuild(of: team.api, by: team.bob)
    let told = team.told(after: before)
    say("Since then: \(told.pushes) pushes and \(told.builds) failed builds. It is switched on:\n")
    try await pass()
  }

  private func gitlabOutage() async throws {
    title("GitLab is being upgraded when the next pass comes")
    gitlab.stop()
    try await pass(expecting: [69, 1])
    say("Meanwhile Carol pushes. GitLab is back:\n")
    team.push(["Drop the v1 endpoints"], of: team.api, by: team.carol)
    _ = try SandboxServer(sandbox, port: gitlab.port)
    try await pass()
  }

  private func wecomOutage() async throws {
    title("WeCom cannot be reached when Alice pushes: the message waits, GitLab is still asked")
    wecom.stop()
    team.push(["fix: 修正目录链接"], of: team.manual, by: team.alice)
    try await pass(expecting: [1])
    say("WeCom can be reached again. The first retry is due after ten seconds:\n")
    _ = try SandboxServer(sandbox, port: wecom.port)
    try await time.sleep(milliseconds: 11_000)
    try await pass()
  }

  private func balance(after history: Int) -> Int32 {
    title("The count")
    let told = team.told(after: history)
    var single = 0
    var folded = 0
    for group in Bridge.groups {
      for message in sandbox.messages(key: group.key) {
        if let count = Self.digestCount(message) { folded += count } else { single += 1 }
      }
    }
    let expected = told.pushes + told.builds
    print([
      "    the webhook relay would have sent   \(told.pushes) pushes + \(told.builds) failed builds = \(expected)",
      "    the groups got                      \(single) messages + \(folded) lines in digests = \(single + folded)",
      "    requests to GitLab                  \(sandbox.log.gitlab)",
      "",
    ])
    let isBalanced = expected == single + folded && sandbox.log.leaks == 0
    say(isBalanced ? "It balances: nothing lost, nothing doubled." : "It does not balance!")
    return isBalanced ? 0 : 1
  }

  // MARK: Telling

  /// Runs one pass and shows its output and what arrived in the groups.
  private func pass(expecting codes: [Int32] = [0]) async throws {
    let before = sandbox.received.count
    let result = try await bridge.run(["run", "--verbose"])
    print(["    $ gitlab-wecom run --verbose"])
    let output = result.errorText + result.outputText
    print(output.split(separator: "\n").map { "    " + $0 })
    let code: Int32
    switch result.exit {
    case .code(let number): code = number
    case .signal(let number): code = 128 + number
    }
    if code != 0 { print(["    (exit \(code))"]) }
    print([""])
    for message in sandbox.received[before...] where message.isAccepted {
      let group = Bridge.groups.first { $0.key == message.key }?.name ?? "?"
      StandardStream.output.write(view.show(message.content, in: group) + "\n")
    }
    await pause()
    guard codes.contains(code) else {
      throw Failure.pass(exit: "exit \(code)", expected: codes)
    }
  }

  /// Returns the number of messages that a digest stands for, nil for any other message.
  static func digestCount(_ message: String) -> Int? {
    let mark = "补发 <font color=\"comment\">"
    guard let range = message.firstRange(of: mark) else { return nil }
    return Int(message[range.upperBound...].prefix { $0.isNumber })
  }

  /// Leaves a reader at a terminal time to read.
  private func pause() async {
    if Terminal.isTerminal(.output) { try? await time.sleep(milliseconds: 1800) }
  }

  private func title(_ text: String) {
    StandardStream.output.write("── \(text)\n\n")
  }

  private func say(_ text: String) {
    StandardStream.output.write(text + "\n")
  }

  private func print(_ lines: [String]) {
    StandardStream.output.write(lines.joined(separator: "\n") + "\n")
  }
}
