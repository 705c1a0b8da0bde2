internal import Bridge
internal import Configuration
internal import Platform

/// `run`: one pass.
struct RunCommand: Sendable {
  let session: Session

  private var console: Console { session.console }

  /// Makes the pass and returns the exit code.
  func run() async -> Int32 {
    console.log.write(.debug, "pass.began", "gitlab-wecom \(Version.text) begins a pass")
    let observer = session.reporter.observer
    let ending = await session.work { await $0.run(observer: observer) }
    let report = ending.result
    report.sayings.forEach(console.say)
    if console.isWatched {
      // Someone who looks wants to know why the exit code is not 0, told before or not.
      let said = Set(report.sayings.map(\.event))
      report.troubles.filter { !said.contains($0.event) }.forEach(console.say)
    }
    PassSummary.log(report, to: console.log)
    if console.talk == .normal, console.isWatched, !console.log.showsSteps {
      console.print(PassSummary.text(of: report))
    }
    return ending.signal?.exitCode ?? report.exitCode.rawValue
  }

  /// Prints what a pass would post and returns the exit code.
  func preview() async -> Int32 {
    let observer = session.reporter.observer
    let ending = await session.work { await $0.preview(observer: observer) }
    let report = ending.result
    report.sayings.forEach(console.say)
    let printed = console.print(
      PreviewText.text(of: report, isStyled: Terminal.showsColors(.output))
    )
    if let signal = ending.signal { return signal.exitCode }
    return report.exitCode == .ok ? printed : report.exitCode.rawValue
  }
}
