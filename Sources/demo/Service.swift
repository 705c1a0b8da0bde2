import Platform
import Sandbox

/// `demo --serve`: a sandbox that runs until it is interrupted.
struct Service {
  private let team: Team
  private let server: SandboxServer
  private let time = SystemTime()

  init(port: UInt16) throws {
    let time = time
    let sandbox = Sandbox(time: { time.wallMilliseconds() })
    server = try SandboxServer(sandbox, port: port)
    let url = server.url
    sandbox.change { $0.settings.externalURL = url }
    team = Team(in: sandbox)
  }

  func run(isBusy: Bool) async throws -> Int32 {
    StandardStream.output.write(
      "gitlab \(server.url) \(Sandbox.token)\nwecom \(server.url) \(Sandbox.key)\n"
    )
    let signals = try SignalStream()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await _ in signals { return }
      }
      if isBusy { group.addTask { await work() } }
      await group.next()
      group.cancelAll()
    }
    server.stop()
    return 0
  }

  /// Lets the team push now and then and break every fourth build, until it is cancelled.
  private func work() async {
    var round = 0
    while (try? await time.sleep(milliseconds: 5000)) != nil {
      round += 1
      let projects = [team.manual, team.site, team.api]
      let users = [team.alice, team.bob, team.carol]
      let (project, user) = (projects[round % 3], users[round / 3 % 3])
      team.push(["Change number \(round)"], of: project, by: user)
      if round % 4 == 0 { team.breakBuild(of: project, by: user) }
    }
  }
}
