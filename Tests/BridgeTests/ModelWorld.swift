import Platform
import Sandbox
import Synchronization
import TestSupport

/// A GitLab in which something happens at every step, and between the requests of a pass too.
final class ModelWorld: Sendable {
  /// What the steps remember.
  private struct Memory {
    var chance: HistoryChance
    var users: [Int]
    var groups: [Int]
    var projects: [Int]
    var bridges: [Int] = []
    var count = 0
    var steps = 0
    /// Projects that are out of reach, or without CI, for the moment.
    var shut: Set<Int> = []
    var withoutCI: Set<Int> = []
    /// Whether things also happen between two requests.
    var isRestless = false
  }

  let sandbox: Sandbox
  let clock: ManualClock
  private let memory: Mutex<Memory>

  init(_ scene: PassScene, seed: UInt64) {
    sandbox = scene.sandbox
    clock = scene.clock
    let users =
      [scene.ann]
      + scene.sandbox.change { world in
        ["bob", "carol"].map { world.addUser($0) }
      }
    memory = Mutex(
      Memory(
        chance: HistoryChance(seed: seed),
        users: users,
        groups: [scene.docs],
        projects: [scene.project]
      )
    )
    for _ in 0..<4 { memory.withLock { addProject(&$0) } }
  }

  /// Steps so far.
  var steps: Int { memory.withLock { $0.steps } }

  func setRestless(_ isRestless: Bool) {
    memory.withLock { $0.isRestless = isRestless }
  }

  /// Draws from the chance of the run.
  func draw<Value>(_ body: (inout HistoryChance) -> Value) -> Value {
    memory.withLock { body(&$0.chance) }
  }

  /// Lets one thing happen.
  func step() {
    memory.withLock { step(&$0) }
  }

  /// Lets time pass, and perhaps something happen, before a request is answered.
  func beforeRequest() {
    memory.withLock { memory in
      guard memory.isRestless else { return }
      clock.advance(milliseconds: Int64(memory.chance.int(1...60)))
      if memory.chance.oneIn(4) { step(&memory) }
    }
  }

  /// Opens what is shut and lets every row be seen at once: from now on all can be told.
  func settle() {
    memory.withLock { memory in
      memory.isRestless = false
      sandbox.clearFaults()
      sandbox.change { world in
        world.visibilityDelay = 0
        world.isProcessingPaused = false
        for project in memory.shut { world.setAccessLevel(20, project: project) }
        for project in memory.withoutCI { world.setCIEnabled(true, project: project) }
      }
    }
  }

  // MARK: Steps

  private enum Kind {
    case commit, branch, merge, delete, together, tag, other, pipeline, job, child, project
    case time, wall, lateness, access, builds, backlog, `repeat`
  }

  private func step(_ memory: inout Memory) {
    memory.steps += 1
    let project = memory.chance.pick(memory.projects) ?? 0
    let user = memory.chance.pick(memory.users) ?? 0
    let kind = memory.chance.weigh([
      (24, Kind.commit), (8, .branch), (4, .merge), (2, .delete), (2, .together), (2, .tag),
      (3, .other), (8, .pipeline), (50, .job), (3, .child), (30, .time), (1, .wall),
      (6, .lateness), (1, .access), (1, .builds), (1, .backlog), (1, .repeat),
      (memory.projects.count < 12 ? 1 : 0, .project),
    ])
    switch kind {
    case .commit, .branch, .merge, .delete, .together, .tag, .other, .repeat:
      change(kind, of: project, by: user, &memory)
    case .pipeline: startPipeline(of: project, by: user, &memory)
    case .job: moveJob(of: project, by: user, &memory)
    case .child: startChild(&memory)
    case .project: addProject(&memory)
    case .time: clock.advance(milliseconds: pause(&memory))
    case .wall: stepWall(&memory)
    case .lateness:
      let delay = memory.chance.oneIn(2) ? 0 : Int64(memory.chance.int(0...120_000))
      sandbox.change { $0.visibilityDelay = delay }
    case .access: toggleAccess(project, &memory)
    case .builds: toggleCI(project, &memory)
    case .backlog:
      let isPaused = memory.chance.oneIn(3)
      sandbox.change { $0.isProcessingPaused = isPaused }
    }
  }

  private func pause(_ memory: inout Memory) -> Int64 {
    switch memory.chance.int(1...100) {
    case ...70: Int64(memory.chance.int(1...20_000))
    case ...97: Int64(memory.chance.int(20...300)) * 1000
    default: Int64(memory.chance.int(5...400)) * 60_000
    }
  }

  /// Sets our own clock to another time; GitLab's goes on.
  private func stepWall(_ memory: inout Memory) {
    let step = Int64(memory.chance.int(-7200...7200)) * 1000
    clock.setWall(clock.wallMilliseconds() + (memory.chance.oneIn(5) ? step * 20 : step))
  }

  private func toggleAccess(_ project: Int, _ memory: inout Memory) {
    if memory.shut.remove(project) == nil { memory.shut.insert(project) }
    let level = memory.shut.contains(project) ? 0 : 20
    sandbox.change { $0.setAccessLevel(level, project: project) }
  }

  private func toggleCI(_ project: Int, _ memory: inout Memory) {
    if memory.withoutCI.remove(project) == nil { memory.withoutCI.insert(project) }
    let isEnabled = !memory.withoutCI.contains(project)
    sandbox.change { $0.setCIEnabled(isEnabled, project: project) }
  }

  private func addProject(_ memory: inout Memory) {
    memory.count += 1
    let (count, user) = (memory.count, memory.users[0])
    let group = memory.groups[0]
    let project = sandbox.change { world in
      let id = world.addProject("project-\(count)", in: group)
      world.push("start \(count)", of: id, by: user)
      return id
    }
    memory.projects.append(project)
  }

  // MARK: Pushes

  private func change(_ kind: Kind, of project: Int, by user: Int, _ memory: inout Memory) {
    let branches = sandbox.change { $0.branches(of: project) }
    let side = branches.filter { $0 != "main" }
    memory.count += 1
    let count = memory.count
    let branch = memory.chance.pick(branches) ?? "main"
    let other = memory.chance.pick(side)
    let number = memory.chance.oneIn(20) ? 25 : memory.chance.int(1...2)
    let texts = (1...number).map { "commit \(count).\($0)" }
    sandbox.change { world in
      switch kind {
      case .commit: world.push(texts, to: branch, of: project, by: user)
      case .branch:
        world.createBranch("topic-\(count)", of: project, by: user, messages: texts)
      case .merge:
        guard let other else { return }
        world.merge(other, of: project, by: user, message: "merge \(count)")
      case .delete:
        guard let other else { return }
        world.deleteBranch(other, of: project, by: user)
      case .together:
        let names = (0...(count % 5)).map { "many-\(count)-\($0)" }
        world.pushTogether(texts[0], to: names, of: project, by: user)
      case .tag: world.createTags(["v\(count)"], of: project, by: user)
      case .repeat: _ = world.duplicateLastPush(of: project)
      default:
        for _ in 0..<(count % 25) { world.openIssue("issue", of: project, by: user) }
      }
    }
  }

  // MARK: Builds

  private func plan(_ memory: inout Memory) -> [World.JobPlan] {
    var plan = (0..<memory.chance.int(1...4)).map { index in
      World.JobPlan(
        "job-\(index)",
        stage: index < 2 ? "test" : "deploy",
        allowsFailure: memory.chance.oneIn(4) ? true : nil,
        isManual: memory.chance.oneIn(5)
      )
    }
    if memory.chance.oneIn(4) { plan.append(World.JobPlan("child", kind: .bridge)) }
    return plan
  }

  private func startPipeline(of project: Int, by user: Int, _ memory: inout Memory) {
    let plan = plan(&memory)
    let created = sandbox.change { $0.startPipeline(of: project, by: user, jobs: plan) }
    if plan.last?.kind == .bridge, let bridge = created.jobs.last {
      memory.bridges.append(bridge)
    }
  }

  private func startChild(_ memory: inout Memory) {
    guard let bridge = memory.chance.pick(memory.bridges) else { return }
    memory.bridges.removeAll { $0 == bridge }
    let plan = plan(&memory).filter { $0.kind == .build }
    let isMirrored = memory.chance.oneIn(2)
    sandbox.change { _ = $0.startChild(of: bridge, isMirrored: isMirrored, jobs: plan) }
  }

  private func moveJob(of project: Int, by user: Int, _ memory: inout Memory) {
    let what = memory.chance.int(1...20)
    func job(_ status: PipelineStatus) -> Int? {
      memory.chance.pick(
        sandbox.change { world in
          world.jobs(of: project, in: status).filter { world.isBuild($0) }
        }
      )
    }
    switch what {
    case ...9:
      guard let job = job(.pending) else { return }
      sandbox.change { world in
        if what == 1 { world.fail(job, reason: "runner_system_failure") } else { world.start(job) }
      }
    case ...17:
      guard let job = job(.running) else { return }
      sandbox.change { world in
        if what < 12 { world.succeed(job) } else { world.fail(job, retries: what == 12) }
      }
    case 18:
      guard let job = job(.manual) else { return }
      sandbox.change { $0.play(job, by: user) }
    default:
      guard let job = job(.failed) else { return }
      sandbox.change { _ = $0.retry(job, by: user) }
    }
  }
}
