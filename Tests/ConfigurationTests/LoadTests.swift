import Configuration
import Testing

/// What a right configuration says.
@Suite struct LoadTests {
  @Test func `the least configuration has the defaults of the design`() throws {
    let loaded = try Sample.load(Sample.least)
    let expected = Configuration(
      gitlab: GitLabSettings(
        url: "https://gitlab.example.com",
        token: Secret(Sample.token),
        caFile: nil,
        proxy: nil,
        timeout: .seconds(30),
        concurrency: 8,
        requestsPerSecond: nil
      ),
      wecom: WeComSettings(
        url: "https://qyapi.weixin.qq.com",
        proxy: nil,
        caFile: nil,
        timeout: .seconds(10)
      ),
      bots: [Bot(name: "docs", key: Secret(Sample.key), messagesPerMinute: 18)],
      routes: [
        RouteSettings(
          bots: ["docs"],
          projects: nil,
          exclude: [],
          branches: nil,
          events: [.push, .build],
          title: "GitLab"
        )
      ],
      backfill: BackfillSettings(maxAge: .seconds(30 * 86_400), digestAbove: 20),
      run: RunSettings(deadline: .seconds(50), interval: .seconds(60)),
      stateDirectory: "/srv/bridge/state",
      log: LogSettings(format: .text, level: .info),
      metricsFile: nil,
      alertBots: []
    )
    #expect(loaded.configuration == expected)
    #expect(loaded.remarks == [])
  }

  @Test func `every key is read`() throws {
    let loaded = try Sample.load(
      """
      [gitlab]
      url = "https://GitLab.example.com:8443/gitlab/"
      token = { env = "GITLAB_TOKEN" }
      ca_file = "ca.pem"
      proxy = "http://proxy.example.com:3128"
      timeout = "1500ms"
      concurrency = 32
      requests_per_second = 2.5
      [wecom]
      url = "https://relay.example.com/wecom"
      proxy = "socks5h://127.0.0.1:1080/"
      ca_file = "/etc/ssl/certs/internal-ca.pem"
      timeout = "2m"
      [[bots]]
      name = "docs"
      key = { file = "team.key" }
      messages_per_minute = 6
      [[bots]]
      name = "运维"
      key = { file = "address.key" }
      [[routes]]
      bots = ["docs", "运维"]
      projects = ["docs/**", "platform/api", 42]
      exclude = ["docs/archive/*", 7]
      branches = ["**", "!renovate/**"]
      events = ["build"]
      title = "文档站 🚀"
      [[routes]]
      bots = ["运维"]
      branches = ["!main"]
      [backfill]
      max_age = "0"
      digest_above = 0
      [run]
      deadline = "0"
      interval = "12h"
      [state]
      directory = "../var/state"
      [log]
      format = "json"
      level = "debug"
      [metrics]
      file = "metrics.prom"
      [alerts]
      bots = ["运维"]
      """
    )
    let expected = Configuration(
      gitlab: GitLabSettings(
        url: "https://gitlab.example.com:8443/gitlab",
        token: Secret(Sample.token),
        caFile: "/srv/bridge/ca.pem",
        proxy: "http://proxy.example.com:3128",
        timeout: .milliseconds(1500),
        concurrency: 32,
        requestsPerSecond: 2.5
      ),
      wecom: WeComSettings(
        url: "https://relay.example.com/wecom",
        proxy: "socks5h://127.0.0.1:1080",
        caFile: "/etc/ssl/certs/internal-ca.pem",
        timeout: .seconds(120)
      ),
      bots: [
        Bot(name: "docs", key: Secret(Sample.key), messagesPerMinute: 6),
        Bot(
          name: "运维",
          key: Secret(Sample.otherKey),
          baseURL: "https://qyapi.weixin.qq.com"
        ),
      ],
      routes: [
        RouteSettings(
          bots: ["docs", "运维"],
          projects: [.glob("docs/**"), .path("platform/api"), .id(42)],
          exclude: [.glob("docs/archive/*"), .id(7)],
          branches: ["**", "!renovate/**"],
          events: [.build],
          title: "文档站 🚀"
        ),
        RouteSettings(
          bots: ["运维"],
          projects: nil,
          exclude: [],
          branches: ["**", "!main"],
          events: [.push, .build],
          title: "GitLab"
        ),
      ],
      backfill: BackfillSettings(maxAge: nil, digestAbove: nil),
      run: RunSettings(deadline: nil, interval: .seconds(43_200)),
      stateDirectory: "/srv/bridge/../var/state",
      log: LogSettings(format: .json, level: .debug),
      metricsFile: "/srv/bridge/metrics.prom",
      alertBots: ["运维"]
    )
    #expect(loaded.configuration == expected)
    #expect(loaded.remarks == [])
    let bots = loaded.configuration.bots
    #expect(
      bots.map(loaded.configuration.baseURL(of:)) == [
        "https://relay.example.com/wecom", "https://qyapi.weixin.qq.com",
      ]
    )
    #expect(loaded.configuration.bot(named: "运维") == bots[1])
    #expect(loaded.configuration.bot(named: "ops") == nil)
  }

  @Test(arguments: [
    ("/srv/bridge", "", "/srv/bridge/state"),
    ("/", "", "/state"),
    ("/etc/gitlab-wecom", "", "/var/lib/gitlab-wecom"),
    ("/etc", "", "/var/lib/gitlab-wecom"),
    ("/etcetera", "", "/etcetera/state"),
    ("/etc/gitlab-wecom", "/var/lib/bridge", "/var/lib/bridge"),
    ("/srv/bridge", "/var/lib/bridge:/var/lib/more", "/var/lib/bridge"),
  ])
  func `the state's folder without a key of its own`(
    _ directory: String,
    _ variable: String,
    _ expected: String
  ) throws {
    let source = Sample.source(
      Sample.least,
      directory: directory,
      environment: ["STATE_DIRECTORY": variable]
    )
    #expect(try Configuration.load(source).configuration.stateDirectory == expected)
  }

  @Test func `the state's folder is the one of the file before that of the environment`() throws {
    let source = Sample.source(
      Sample.least + "[state]\ndirectory = \"./data\"",
      environment: ["STATE_DIRECTORY": "/var/lib/bridge"]
    )
    #expect(try Configuration.load(source).configuration.stateDirectory == "/srv/bridge/data")
  }

  @Test func `a file over a mebibyte is refused unread`() {
    let text = Sample.least + String(repeating: "#\n", count: 1 << 19)
    #expect(
      Sample.errors(Sample.source(text)) == [
        "1:1: the configuration is larger than 1048576 bytes"
      ]
    )
  }

  @Test func `the levels of the log are ordered by gravity`() {
    #expect(LogSettings.Level.allCases.sorted() == [.error, .warn, .info, .debug])
  }

  @Test func `an equal file gives an equal configuration, a changed one does not`() throws {
    let one = try Sample.load(Sample.least).configuration
    #expect(try Sample.load(Sample.least).configuration == one)
    let changed = Sample.least.replacing(Sample.key, with: Sample.otherKey)
    #expect(try Sample.load(changed).configuration != one)
  }
}
