internal import Changes

/// Decides which projects have their turn in a pass, and for what.
///
/// Those that a page of the gate names are decided as soon as it is there, all others once the gate
/// has ended. Each is decided once, so none is read twice.
struct TaskPlan: Sendable {
  /// Minutes in which each project's list of failed jobs is read, and one without CI asked again.
  private static let jobRound: Int64 = 3 * 60

  private let state: BridgeState
  private let projects: [Int]
  private let members: Set<Int>
  private let newcomers: [Int: DiscoveryState.Newcomer]
  private let watch: Watch
  private let schedule: Schedule
  private let now: Timestamp
  /// The places of those that the last pass left behind.
  private let waiting: [Int: Int]

  /// The projects that nothing was decided of.
  private var undecided: Set<Int>
  /// The projects that have their turn, in the order in which they are read.
  private var turns: [Turn] = []
  /// How many of them were handed out.
  private var begun = 0
  /// Whether all projects are decided, and those left behind stand first.
  private(set) var isClosed = false

  /// What a task is made of when its project is read: the whole of it takes ten times the memory.
  private struct Turn {
    var id: Int
    var isActive: Bool
    var facts: ProjectFacts?
  }

  init(
    _ state: BridgeState,
    discovery: DiscoveryState,
    newcomers: [DiscoveryState.Newcomer],
    watch: Watch,
    now: Timestamp
  ) {
    self.state = state
    self.watch = watch
    self.now = now
    self.newcomers = Dictionary(newcomers.map { ($0.id, $0) }) { first, _ in first }
    projects = discovery.projects
    members = Set(discovery.members)
    schedule = Schedule(
      now: now,
      sweptTo: state.sweep.sweptTo,
      projects: discovery.projects.count
    )
    waiting = Dictionary(state.sweep.behind.enumerated().map { ($1, $0) }) { first, _ in first }
    undecided = Set(projects)
  }

  /// Whether the last pass left projects behind, who come first in this one.
  var hasWaiting: Bool { !waiting.isEmpty }

  /// How many projects have their turn.
  var count: Int { turns.count }

  /// The projects that have their turn, in the order in which they are read.
  var ids: [Int] { turns.map(\.id) }

  /// Hands out the next project to be read; nil when there is none for now.
  mutating func next() -> ProjectReader.Task? {
    guard begun < turns.count else { return nil }
    defer { begun += 1 }
    return task(turns[begun])
  }

  // MARK: Deciding

  /// Decides the projects that a page of the gate names.
  mutating func add(active: [ProjectFacts]) {
    for facts in active {
      decide(Turn(id: Int(facts.id), isActive: true, facts: facts))
    }
  }

  /// Decides all projects that are left, and puts those left behind before all that wait.
  ///
  /// - Parameter asksEach: Whether a project that the gate did not name may have been active.
  mutating func close(asksEach: Bool) {
    for id in projects {
      decide(Turn(id: id, isActive: asksEach || !members.contains(id)))
    }
    turns[begun...].sort {
      (waiting[$0.id] ?? .max, $0.id) < (waiting[$1.id] ?? .max, $1.id)
    }
    isClosed = true
  }

  private mutating func decide(_ turn: Turn) {
    if undecided.remove(turn.id) != nil, task(turn) != nil {
      turns.append(turn)
    }
  }

  private func task(_ turn: Turn) -> ProjectReader.Task? {
    let id = turn.id
    var project = state.projects[id] ?? ProjectState(path: newcomers[id]?.path ?? "")
    if let newcomer = newcomers[id] {
      project.apply(newcomer)
    }
    project.unselectedSince = nil
    guard !isResting(project) else { return nil }
    let kinds = watch.events(of: id, path: project.path)
    // One that failed is asked again as soon as it may be.
    let isBehind = waiting[id] != nil || project.failures != nil || project.obstacle != nil
    let isFirst = project.pushes == nil && project.jobs == nil
    let isBusy = project.busyUntil.map { $0 > now } ?? false
    // Where builds alone are told, the slow round still tells a database that was restored.
    let readsPushes =
      !hidesPushes(project)
      && (project.pushes == nil || schedule.isPushTurn(id)
        || kinds.contains(.push) && (turn.isActive || isBehind))
    let readsBuilds =
      kinds.contains(.build)
      && (project.isWithoutBuilds == true
        ? isFirst || isJobSweep(id)
        : isBusy || isBehind || project.jobs == nil || schedule.isBuildTurn(id))
    guard !kinds.isEmpty, readsPushes || readsBuilds else { return nil }
    return ProjectReader.Task(
      id: id,
      state: project,
      readsPushes: readsPushes,
      readsBuilds: readsBuilds,
      facts: turn.facts,
      followsPushes: kinds.contains(.build),
      sweepsJobs: readsBuilds && isJobSweep(id)
    )
  }

  private func isResting(_ project: ProjectState) -> Bool {
    if project.obstacle == .rewound {
      return true
    }
    // A clock that was set back must not make a rest longer than it was meant to be.
    guard let until = project.notBefore, until > now else { return false }
    return until.milliseconds - now.milliseconds <= Backoff.longest
  }

  private func hidesPushes(_ project: ProjectState) -> Bool {
    guard let until = project.pushesHiddenUntil else { return false }
    return until > now && until.milliseconds - now.milliseconds <= Backoff.gone
  }

  private func isJobSweep(_ id: Int) -> Bool {
    Schedule.isTurn(id, round: Self.jobRound, from: state.sweep.sweptTo, to: now)
  }
}
