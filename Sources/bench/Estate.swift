import Platform
import Sandbox
import Synchronization

/// A simulated GitLab with many projects, on a server of its own, and WeCom on another.
final class Estate {
  let sandbox: Sandbox
  let projects: [Int]
  /// GitLab's address; it stays when the latency changes.
  let url: String
  /// WeCom's address: it answers without latency, for the figures are about GitLab.
  let wecomURL: String
  /// The bots that WeCom knows.
  let bots = (1...4).map {
    (name: "team-\($0)", key: "11d0c7a4-4b1c-4b0e-9b5e-2f6a0d6f3c8\($0)")
  }
  /// What the projects' names begin with by turns.
  static let kinds = ["service", "library"]
  private let users: [Int]
  private let shift = Shift()
  private var server: SandboxServer
  private let wecom: SandboxServer

  /// How far the simulated world is ahead of the machine's clock.
  private final class Shift: Sendable {
    let milliseconds = Mutex(Int64(0))
  }

  /// Pushes of each project before the watch: the page of 20 events that is read is full, as it is
  /// for every project of some age.
  private static let history = 20
  private static let day: Int64 = 86_400_000

  init(projects count: Int) throws {
    let time = SystemTime()
    let sandbox = Sandbox(time: { [shift] in
      time.wallMilliseconds() + shift.milliseconds.withLock { $0 }
    })
    self.sandbox = sandbox
    server = try SandboxServer(sandbox)
    wecom = try SandboxServer(sandbox)
    url = server.url
    wecomURL = wecom.url
    (users, projects) = sandbox.change { [url] world in
      world.settings.externalURL = url
      world.settings.recordsPayloads = false
      world.settings.messagesPerMinute = .max
      world.settings.jobsPerMinute = 0
      world.skipIDs(1_000_000)
      return Self.settle(count, in: &world)
    }
    for bot in bots { sandbox.addBot(bot.name, key: bot.key) }
    sandbox.setLogEntryLimit(200_000)
  }

  /// Lets projects with a history move in.
  private static func settle(_ count: Int, in world: inout World) -> ([Int], [Int]) {
    let now = world.now
    let users = world.at(now - 90 * day) { world in
      ["alice", "bob", "carol"].map { world.addUser($0) }
    }
    var group = 0
    let projects = (0..<count).map { number in
      world.at(now - 60 * day) { world in
        if number % 50 == 0 { group = world.addGroup("team-\(number / 50)") }
        let kind = kinds[number % kinds.count]
        return world.addProject("\(kind)-\(number)", name: "服务 \(number)", in: group)
      }
    }
    for (number, project) in projects.enumerated() {
      let user = users[number % users.count]
      for push in 0..<history {
        world.at(now - Int64(30 - push) * day) { world in
          _ = world.push("feat: 导出用户反馈 \(push)", of: project, by: user)
        }
      }
      world.at(now - 5 * day) { world in
        let pipeline = world.startPipeline(of: project, by: user, jobs: [plan[0]])
        world.start(pipeline.jobs[0])
        world.succeed(pipeline.jobs[0])
      }
      world.setLastActivity(now - 5 * day, project: project)
    }
    return (users, projects)
  }

  private static let plan = [
    World.JobPlan("compile", stage: "build"), World.JobPlan("unit", stage: "test"),
    World.JobPlan("deploy", stage: "deploy", isManual: true),
  ]

  /// Lets so many projects be active: a push of three commits and a failed build in each.
  func activate(_ count: Int) {
    sandbox.change { [projects, users] world in
      for number in 0..<count {
        let (project, user) = (projects[number], users[number % users.count])
        _ = world.push(
          ["fix: 登录超时", "test: 补充用例", "docs: describe the <T> of `login`"],
          of: project,
          by: user
        )
        let pipeline = world.startPipeline(of: project, by: user, jobs: Self.plan)
        world.start(pipeline.jobs[0])
        world.succeed(pipeline.jobs[0])
        world.start(pipeline.jobs[1])
        _ = world.fail(pipeline.jobs[1])
      }
    }
  }

  /// Sets how long each of GitLab's answers takes, in milliseconds.
  func setLatency(_ latency: Int) throws {
    let port = server.port
    server.stop()
    server = try SandboxServer(sandbox, port: port, latency: latency)
  }

  /// Lets the world be ahead of the machine's clock.
  func advance(to milliseconds: Int64) {
    shift.milliseconds.withLock { $0 = milliseconds }
  }

  /// How many pieces of news the groups have been told since the messages were cleared.
  var toldCount: Int {
    bots.flatMap { sandbox.messages(key: $0.key) }.reduce(0) { count, content in
      let lines = content.split(separator: "\n").filter { $0.hasPrefix("> ") }
      return count + (lines.isEmpty ? 1 : lines.count)
    }
  }

  /// The milliseconds from the first post's arrival to the last one's since the log was cleared.
  var postingTime: Double {
    let times = sandbox.log.entries.filter { $0.endpoint == .wecomSend }.map(\.time)
    return Double((times.max() ?? 0) - (times.min() ?? 0))
  }

  /// The addresses that GitLab was asked for since the log was cleared.
  var askedAddresses: [String] {
    sandbox.log.entries.filter { $0.endpoint != .wecomSend }.map { url + $0.target }
  }

  func stop() {
    server.stop()
    wecom.stop()
  }
}
