import Sandbox

/// What happens in the projects of a simulated day, each thing at its own time.
///
/// All follows from the seed alone: neither passes nor requests change what happens or when, so a
/// day is the same whoever watches it.
struct DayHappenings: Sendable {
  /// One thing that happens.
  enum Happening: Sendable {
    case push(project: Int)
    case pipeline(project: Int)
    case brokenPipeline(project: Int)
    case start(job: Int)
    case breakDown(job: Int)
    case end(job: Int)
    case play(job: Int)
    case retry(job: Int)
    case child(bridge: Int)
    /// A push can be seen from now on: is its project listed as active?
    case look(event: Int, project: Int, createdAt: Int64)
  }

  /// The events of pushes whose project GitLab reported as active when they could first be seen.
  private(set) var reported: Set<Int> = []

  private var agenda = Agenda<Happening>()
  private var chance: RandomSource
  private let users: [Int]
  /// The pipeline of each job, and the pipeline that started each child.
  private var pipelines: [Int: Int] = [:]
  private var parents: [Int: Int] = [:]
  /// Jobs whose next step is on the agenda.
  private var planned: Set<Int> = []
  private var count = 0

  init(seed: UInt64, users: [Int]) {
    chance = RandomSource(seed: seed)
    self.users = users
  }

  /// Plans a day's work for a project: what kind of work goes by the project's number.
  mutating func plan(_ project: Int, number: Int, from start: Int64, length: Int64) {
    switch number % 10 {
    case 0...3:
      // Two in three of the pushes fall in the middle third of the day.
      for _ in 0..<int(5...16) {
        let time = oneIn(3) ? int64(0...length) : int64((length / 3)...(length * 2 / 3))
        agenda.add(.push(project: project), at: start + time)
      }
    case 4:
      for _ in 0..<2 {
        var time = start + int64(0...length)
        for _ in 0..<int(6...20) {
          agenda.add(.push(project: project), at: time)
          time += int64(4000...40_000)
        }
      }
    case 5, 6:
      // They wake once, after days of quiet.
      agenda.add(.push(project: project), at: start + int64(0...length))
    case 7, 8:
      // A schedule that breaks at once: nothing before shows that something goes on.
      agenda.add(.brokenPipeline(project: project), at: start + int64(0...length))
    default:
      for _ in 0..<int(3...8) {
        agenda.add(.pipeline(project: project), at: start + int64(0...length))
      }
    }
  }

  /// Plans that a manual job of the days before is played.
  mutating func adopt(_ pipeline: Int, job: Int, playAt time: Int64) {
    pipelines[job] = pipeline
    planned.insert(job)
    agenda.add(.play(job: job), at: time)
  }

  /// Lets everything happen that is due.
  mutating func go(in world: inout World) {
    while let (time, happening) = agenda.next(dueAt: world.now) {
      world.at(time) { world in
        let lateness =
          oneIn(2) ? 0 : oneIn(2) ? int64(0...10_000) : int64(0...120_000)
        world.visibilityDelay = lateness
        let before = world.webhooks.count
        perform(happening, in: &world)
        for hook in world.webhooks[before...] where hook.kind == .push {
          guard let event = hook.rowID else { continue }
          let look = Happening.look(event: event, project: hook.projectID, createdAt: time)
          agenda.add(look, at: hook.time)
        }
        world.visibilityDelay = 0
      }
    }
  }

  private mutating func perform(_ happening: Happening, in world: inout World) {
    switch happening {
    case .push(let project): push(to: project, in: &world)
    case .pipeline(let project): startPipeline(of: project, in: &world)
    case .brokenPipeline(let project):
      let plan = [World.JobPlan("lint")]
      let job = world.startPipeline(of: project, by: user(), source: "schedule", jobs: plan).jobs[0]
      agenda.add(.breakDown(job: job), at: world.now + int64(1000...5000))
    case .breakDown(let job):
      world.start(job)
      world.fail(job)
    case .start(let job):
      guard world.status(ofJob: job) == .pending else { return }
      if oneIn(20) {
        world.fail(job, reason: "runner_system_failure")
        return planJobs(of: job, in: world)
      }
      world.start(job)
      // Most builds take minutes, some fail at once, some last for hours.
      let length =
        oneIn(3)
        ? int64(1000...15_000)
        : oneIn(12) ? int64(3_600_000...14_400_000) : int64(10_000...600_000)
      agenda.add(.end(job: job), at: world.now + length)
    case .end(let job): end(job, in: &world)
    case .play(let job):
      guard world.status(ofJob: job) == .manual else { return }
      world.play(job, by: user())
      planned.remove(job)
      planJobs(of: job, in: world)
    case .retry(let job):
      world.retry(job, by: user())
      planJobs(of: job, in: world)
    case .child(let bridge):
      guard world.status(ofJob: bridge) == .pending else { return }
      let plan = [World.JobPlan("child-unit"), World.JobPlan("child-lint")]
      let child = world.startChild(of: bridge, isMirrored: oneIn(2), jobs: plan)
      parents[child.id] = pipelines[bridge]
      follow(child.id, in: world)
    case .look(let event, let project, let createdAt):
      // An event within the hour leaves the time alone; a missed one leaves it further back.
      if world.lastActivity(of: project) >= createdAt - 3_600_000 { reported.insert(event) }
    }
  }

  // MARK: Pushes

  private mutating func push(to project: Int, in world: inout World) {
    let (by, number) = (user(), nextNumber())
    let texts = (0..<int(1...3)).map { "push \(number).\($0)" }
    let side = world.branches(of: project).filter { $0 != "main" }
    switch int(1...20) {
    case ...12: world.push(texts, of: project, by: by)
    case ...15: world.createBranch("topic-\(number)", of: project, by: by, messages: texts)
    case 16, 17:
      guard let branch = side.first else { break }
      world.push(texts, to: branch, of: project, by: by)
      world.merge(branch, of: project, by: by, message: "merge \(number)")
    case 18:
      // An issue moves the time of the last activity as well.
      world.openIssue("issue", of: project, by: by)
      if let branch = side.first { world.deleteBranch(branch, of: project, by: by) }
    case 19: world.createTags(["v\(number)"], of: project, by: by)
    default:
      // So many new branches at once fire no webhook and are told to nobody.
      let names = (1...5).map { "many-\(number)-\($0)" }
      world.pushTogether("many \(number)", to: names, of: project, by: by)
    }
    if !oneIn(3) { startPipeline(of: project, in: &world) }
  }

  // MARK: Builds

  private mutating func startPipeline(of project: Int, in world: inout World) {
    var plan = [World.JobPlan("compile", stage: "build")]
    for index in 0..<int(1...4) { plan.append(World.JobPlan("unit-\(index)", stage: "test")) }
    if oneIn(3) { plan.append(World.JobPlan("child", stage: "test", kind: .bridge)) }
    if oneIn(3) { plan.append(World.JobPlan("deploy", stage: "deploy", isManual: true)) }
    let source = oneIn(2) ? "schedule" : "push"
    let pipeline = world.startPipeline(of: project, by: user(), source: source, jobs: plan)
    follow(pipeline.id, in: world)
  }

  private mutating func end(_ job: Int, in world: inout World) {
    guard world.status(ofJob: job) == .running else { return }
    guard oneIn(3) else {
      world.succeed(job)
      return planJobs(of: job, in: world)
    }
    if world.fail(job, retries: oneIn(5)) == nil, oneIn(3) {
      agenda.add(.retry(job: job), at: world.now + int64(60_000...7_200_000))
    }
    planJobs(of: job, in: world)
  }

  /// Plans the next steps of a pipeline's jobs that have come to their turn.
  private mutating func follow(_ pipeline: Int, in world: World) {
    for job in world.jobs(ofPipeline: pipeline) {
      pipelines[job] = pipeline
      guard !planned.contains(job) else { continue }
      switch world.status(ofJob: job) {
      case .pending where world.isBuild(job):
        let wait = oneIn(2) ? int64(500...3000) : int64(3000...60_000)
        agenda.add(.start(job: job), at: world.now + wait)
      case .pending: agenda.add(.child(bridge: job), at: world.now + int64(1000...20_000))
      case .manual where oneIn(2):
        agenda.add(.play(job: job), at: world.now + int64(60_000...28_800_000))
      case .manual: break
      default: continue
      }
      planned.insert(job)
    }
    if let parent = parents[pipeline] { follow(parent, in: world) }
  }

  private mutating func planJobs(of job: Int, in world: World) {
    if let pipeline = pipelines[job] { follow(pipeline, in: world) }
  }

  // MARK: Chance

  private mutating func user() -> Int { users[int(0...(users.count - 1))] }

  private mutating func nextNumber() -> Int {
    count += 1
    return count
  }

  private mutating func int(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &chance)
  }

  private mutating func int64(_ range: ClosedRange<Int64>) -> Int64 {
    Int64.random(in: range, using: &chance)
  }

  /// True once in a number of times.
  private mutating func oneIn(_ number: Int) -> Bool { int(1...number) == 1 }
}
