import Sandbox
import Synchronization
import TestSupport

/// A simulated GitLab with many projects and a day's work in some of them, on a clock of its own.
final class Day: Sendable {
  let clock = ManualClock()
  let sandbox: Sandbox
  let scale: DayScale
  /// The full paths of the groups, each with its bot's key.
  let groups: [(path: String, key: String)]
  private let happenings: Mutex<DayHappenings>

  private static let day: Int64 = 86_400_000
  /// Projects of one group, which has a bot of its own.
  private static let groupSize = 250
  /// Pushes of each project before the watch: the page of events that is read is full.
  private static let history = 20

  init(_ scale: DayScale) {
    self.scale = scale
    var settings = World.Settings()
    settings.recordsPayloads = false
    settings.missedActivityEvery = scale.missedActivityEvery
    let clock = clock
    sandbox = Sandbox(settings: settings, seed: scale.seed) { clock.wallMilliseconds() }
    sandbox.setLogEntryLimit(100_000)
    groups = (0..<((scale.projects - 1) / Self.groupSize + 1)).map { number in
      let digits = String(number)
      let zeros = String(repeating: "0", count: 12 - digits.count)
      return ("team-\(number)", "7b1e0c5e-3a52-4f0e-9d64-\(zeros)\(digits)")
    }
    for group in groups { sandbox.addBot(group.path, key: group.key) }
    happenings = Mutex(Self.settle(scale, groups: groups.map(\.path), in: sandbox))
  }

  /// Lets all happen that is due by now.
  func catchUp() {
    happenings.withLock { happenings in
      sandbox.change { happenings.go(in: &$0) }
    }
  }

  /// The events of pushes whose project GitLab reported as active when they could first be seen.
  var reported: Set<Int> { happenings.withLock { $0.reported } }

  /// Lets the projects move in with their history, and plans the day.
  private static func settle(
    _ scale: DayScale,
    groups: [String],
    in sandbox: Sandbox
  ) -> DayHappenings {
    sandbox.change { world in
      let now = world.now
      let users = world.at(now - 90 * day) { world in
        ["alice", "bob", "carol", "dave"].map { world.addUser($0) }
      }
      var happenings = DayHappenings(seed: scale.seed, users: users)
      let groups = groups.map { name in world.at(now - 90 * day) { $0.addGroup(name) } }
      let step = scale.projects / scale.activeProjects
      for number in 0..<scale.projects {
        let project = world.at(now - 60 * day) { world in
          world.addProject("service-\(number)", in: groups[number / groupSize])
        }
        let pipeline = moveIn(project, by: users[number % users.count], in: &world)
        guard number % step == 0, number / step < scale.activeProjects else { continue }
        // A quarter of an hour after the watch began, so that its first round is over.
        let start = now + 15 * 60_000
        let turn = number / step
        happenings.plan(project, number: turn, from: start, length: scale.length)
        if turn % 10 == 9 {
          let time = start + scale.length * Int64(turn % 30 + 1) / 40
          happenings.adopt(pipeline.id, job: pipeline.jobs[1], playAt: time)
        }
      }
      return happenings
    }
  }

  /// Gives a project its past: full pages of events, and a pipeline with a job nobody played.
  private static func moveIn(
    _ project: Int,
    by user: Int,
    in world: inout World
  ) -> World.CreatedPipeline {
    let now = world.now
    for push in 0..<history {
      world.at(now - Int64(30 - push) * day) { world in
        _ = world.push("history \(project).\(push)", of: project, by: user)
      }
    }
    let pipeline = world.at(now - 5 * day) { world in
      let deploy = World.JobPlan("deploy", stage: "deploy", isManual: true)
      let plan = [World.JobPlan("compile", stage: "build"), deploy]
      let pipeline = world.startPipeline(of: project, by: user, jobs: plan)
      world.start(pipeline.jobs[0])
      world.succeed(pipeline.jobs[0])
      return pipeline
    }
    world.setLastActivity(now - 5 * day, project: project)
    return pipeline
  }
}
