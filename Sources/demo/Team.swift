import Sandbox

/// A small team with three projects in the simulated GitLab.
struct Team: Sendable {
  let sandbox: Sandbox
  let alice: Int
  let bob: Int
  let carol: Int
  let manual: Int
  let site: Int
  let api: Int

  /// Moves the team in; its history so far goes back some days.
  init(in sandbox: Sandbox) {
    self.sandbox = sandbox
    let day: Int64 = 86_400_000
    (alice, bob, carol, manual, site, api) = sandbox.change { world in
      world.at(world.now - 30 * day) { world in
        let alice = world.addUser("alice", name: "Alice Zhang")
        let bob = world.addUser("bob", name: "Bob Li")
        let carol = world.addUser("carol", name: "Carol Wang")
        let docs = world.addGroup("docs", name: "Docs")
        let platform = world.addGroup("platform", name: "Platform")
        return (
          alice, bob, carol,
          world.addProject("manual", name: "用户手册", in: docs),
          world.addProject("site", name: "官网", in: docs),
          world.addProject("api", name: "API", in: platform)
        )
      }
    }
    for (age, project, user, message) in [
      (3, manual, alice, "初始化用户手册"), (3, site, bob, "官网首页"), (3, api, carol, "Import the service"),
      (2, api, bob, "Add /orders\n\nCloses #7"), (2, manual, alice, "补充安装说明"),
      (1, site, carol, "更新页脚"), (1, api, carol, "Cache the exchange rates"),
    ] {
      sandbox.change { world in
        world.at(world.now - Int64(age) * day) { world in
          _ = world.push(message, of: project, by: user)
        }
      }
    }
    sandbox.change { world in
      world.at(world.now - day) { world in
        let pipeline = world.startPipeline(of: api, by: carol, jobs: Self.plan)
        world.start(pipeline.jobs[0])
        world.succeed(pipeline.jobs[0])
        world.start(pipeline.jobs[1])
        world.fail(pipeline.jobs[1])
        let other = world.startPipeline(of: site, by: bob, source: "schedule", jobs: Self.plan)
        world.start(other.jobs[0])
        world.fail(other.jobs[0], reason: "runner_system_failure")
      }
    }
  }

  static let plan = [
    World.JobPlan("compile", stage: "build"), World.JobPlan("unit", stage: "test"),
    World.JobPlan("deploy", stage: "deploy", isManual: true),
  ]

  /// Pushes commits and returns how many messages the group should get of it.
  func push(_ messages: [String], to branch: String = "main", of project: Int, by user: Int) {
    sandbox.change { _ = $0.push(messages, to: branch, of: project, by: user) }
  }

  /// Pushes a branch that exists nowhere yet.
  func startBranch(_ branch: String, of project: Int, by user: Int, messages: [String]) {
    sandbox.change { world in
      if world.head(of: branch, in: project) == nil {
        _ = world.createBranch(branch, of: project, by: user, messages: messages)
      } else {
        _ = world.push(messages, to: branch, of: project, by: user)
      }
    }
  }

  /// Merges a branch and deletes it, which is one message and one that nobody needs.
  func merge(_ branch: String, of project: Int, by user: Int) {
    sandbox.change { world in
      world.merge(branch, of: project, by: user)
      world.deleteBranch(branch, of: project, by: user)
    }
  }

  /// Runs a pipeline whose job `unit` fails.
  func breakBuild(of project: Int, by user: Int) {
    sandbox.change { world in
      let pipeline = world.startPipeline(of: project, by: user, jobs: Self.plan)
      world.start(pipeline.jobs[0])
      world.succeed(pipeline.jobs[0])
      world.start(pipeline.jobs[1])
      _ = world.fail(pipeline.jobs[1])
    }
  }

  /// How many messages the relay would have sent for the webhooks after the first so many.
  func told(after count: Int) -> (pushes: Int, builds: Int) {
    let hooks = sandbox.webhooks.dropFirst(count)
    return (
      hooks.count { $0.kind == .push && $0.action != "removed" },
      hooks.count { $0.kind == .build && $0.action == "failed" }
    )
  }
}
