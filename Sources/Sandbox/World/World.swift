/// Everything that the simulated GitLab knows; a value, so that a copy is a backup.
///
/// Its methods do what users, runners and administrators do, and return the ids they made. They
/// are called inside `Sandbox.change`, which sets `now`. Wrong use (an unknown id, a branch that
/// does not exist) traps: it is a mistake in a test, not a state of GitLab.
package struct World: Sendable {
  /// How GitLab and WeCom are set up; may be changed at any time.
  package var settings: Settings
  /// The time at which things happen, in milliseconds since 1970; may be set to back-date them.
  package var now: Int64
  /// How much later than it happens a row becomes visible to readers, in milliseconds.
  package var visibilityDelay: Int64 = 0
  /// Whether events and webhooks are left out, as for imported projects and mirrors.
  package var isImporting = false
  /// Whether the visibility filter will take the events made now out of every page.
  package var hidesEvents = false
  /// Whether the recomputation of pipelines waits, as with a backlog of Sidekiq.
  package var isProcessingPaused = false {
    didSet { if !isProcessingPaused { processWaitingPipelines() } }
  }
  /// What the relay would have been sent, in the order it happened.
  package var webhooks: [RecordedWebhook] = []

  var users: [Int: User] = [:]
  var namespaces: [Int: Namespace] = [:]
  /// By id, lowest first.
  var projects: [Project] = []
  var projectIndexes: [Int: Int] = [:]
  var tokens: [String: Token] = [:]
  /// Lower-cased full paths of projects.
  var projectPaths: [String: Int] = [:]
  var formerPaths: [String: Int] = [:]
  /// Lower-cased full paths of groups and users.
  var namespacePaths: [String: Int] = [:]
  var jobProjects: [Int: Int] = [:]
  var pipelineProjects: [Int: Int] = [:]
  var waitingPipelines: [Int] = []
  var activityCount = 0
  private var lastIDs: [Counter: Int] = [:]
  private var shaCount: UInt64 = 0

  enum Counter { case user, namespace, project, event, pipeline, job, token, issue, note, webhook }

  init(settings: Settings, now: Int64) {
    self.settings = settings
    self.now = now
  }

  /// Does something as if it were another time.
  package mutating func at<Result>(
    _ time: Int64,
    _ body: (inout World) -> Result
  ) -> Result {
    let before = now
    now = time
    defer { now = before }
    return body(&self)
  }

  /// Lets the next ids be further on, as on an instance with a long history.
  package mutating func skipIDs(_ count: Int) {
    for sequence in [Counter.event, .pipeline, .job] { lastIDs[sequence, default: 0] += count }
  }

  mutating func nextID(_ sequence: Counter) -> Int {
    lastIDs[sequence, default: 0] += 1
    return lastIDs[sequence, default: 0]
  }

  /// Returns a SHA that looks like one and is never given twice.
  mutating func nextSHA() -> String {
    shaCount += 1
    var bytes: [UInt8] = []
    bytes.reserveCapacity(48)
    for part in 0..<UInt64(3) {
      var value = RandomSource.mix(shaCount &* 3 &+ part)
      for _ in 0..<16 {
        bytes.append(JSONWriter.hex[Int(value & 15)])
        value >>= 4
      }
    }
    return String(decoding: bytes.prefix(40), as: UTF8.self)
  }

  var visibleAt: Int64 { now + visibilityDelay }

  // MARK: Finding rows

  func index(ofProject id: Int) -> Int {
    guard let index = projectIndexes[id] else { preconditionFailure("no project \(id)") }
    return index
  }

  func user(_ id: Int) -> User {
    guard let user = users[id] else { preconditionFailure("no user \(id)") }
    return user
  }

  func namespace(_ id: Int) -> Namespace {
    guard let namespace = namespaces[id] else { preconditionFailure("no namespace \(id)") }
    return namespace
  }

  func webURL(_ project: Project) -> String {
    "\(settings.externalURL)/\(project.fullPath)"
  }
}

extension World.Project {
  func jobIndex(_ id: Int) -> Int? {
    jobs.sortedIndex(of: id) { $0.row.id }
  }

  func pipelineIndex(_ id: Int) -> Int? {
    pipelines.sortedIndex(of: id) { $0.row.id }
  }
}

extension Array {
  /// Returns the index of the element with an id, in an array that is sorted by it.
  func sortedIndex(of id: Int, by key: (Element) -> Int) -> Int? {
    let index = firstIndex(atLeast: id, by: key)
    return index < count && key(self[index]) == id ? index : nil
  }

  /// Returns the first index whose id is not below the given one, in an array sorted by it.
  func firstIndex(atLeast id: Int, by key: (Element) -> Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if key(self[middle]) < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
