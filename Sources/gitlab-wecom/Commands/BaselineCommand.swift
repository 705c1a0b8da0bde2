internal import Bridge
internal import Platform

/// `baseline`: GitLab as it stands is the new beginning.
struct BaselineCommand: Sendable {
  let session: Session

  /// Takes the baseline of some projects, or of all, and returns the exit code.
  func run(_ projects: [String]) async -> Int32 {
    let console = session.console
    let observer = session.reporter.observer
    let ending = await session.work {
      await $0.baseline(projects: projects, observer: observer)
    }
    let report = ending.result
    report.sayings.forEach(console.say)
    let isDone = report.exitCode == .ok && ending.signal == nil
    if isDone, console.talk != .quiet, !report.isFirst {
      let count = projects.isEmpty ? report.projects : projects.count
      console.print(
        "\(count) \(count == 1 ? "project" : "projects") taken as they stand; "
          + "what happened so far is not told"
      )
    }
    return ending.signal?.exitCode ?? report.exitCode.rawValue
  }
}
