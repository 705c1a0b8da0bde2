/// How large a simulated day is.
package struct DayScale: Sendable, Equatable {
  /// The same seed gives the same day.
  package var seed: UInt64
  /// Projects that are watched.
  package var projects: Int
  /// Those of them in which something happens.
  package var activeProjects: Int
  /// How long things happen; each active project does its day's work in that time.
  package var hours: Int
  /// Every n-th due update of `last_activity_at` that GitLab misses; 0 for none.
  package var missedActivityEvery = 4

  package init(seed: UInt64, projects: Int, activeProjects: Int, hours: Int) {
    precondition((1...projects).contains(activeProjects), "some of the projects are active")
    self.seed = seed
    self.projects = projects
    self.activeProjects = activeProjects
    self.hours = hours
  }

  /// How long things happen, in milliseconds.
  var length: Int64 { Int64(hours) * 3_600_000 }
}
