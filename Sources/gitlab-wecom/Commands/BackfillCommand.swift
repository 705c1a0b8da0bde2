internal import Bridge
internal import Platform

/// `backfill`: what happened in a span and was not told.
struct BackfillCommand: Sendable {
  let session: Session

  private var console: Console { session.console }

  /// Tells what was not told and returns the exit code.
  func run(_ invocation: Invocation) async -> Int32 {
    let request: BackfillRequest
    do {
      request = try Self.request(invocation, now: SystemTime().wallMilliseconds())
    } catch {
      console.fail(error.description)
      return ExitCode.usage.rawValue
    }
    let observer = session.reporter.observer
    let ending = await session.work { await $0.backfill(request, observer: observer) }
    let report = ending.result
    report.sayings.forEach(console.say)
    var printed = ExitCode.ok.rawValue
    if request.isDryRun {
      printed = console.print(
        PreviewText.text(of: report.messages, isStyled: Terminal.showsColors(.output))
          + PassSummary.text(of: report, isDryRun: true)
      )
    } else if console.talk != .quiet {
      printed = console.print(PassSummary.text(of: report, isDryRun: false))
    }
    if let signal = ending.signal { return signal.exitCode }
    return report.exitCode == .ok ? printed : report.exitCode.rawValue
  }

  /// Reads what the command line asks for.
  static func request(
    _ invocation: Invocation,
    now: Int64
  ) throws(UsageError) -> BackfillRequest {
    let since = try time(.since, invocation, now: now) ?? now
    let until = try time(.until, invocation, now: now) ?? now
    guard since < until else {
      throw .unusableValue(option: Option.since.name, reason: "it is not before --until")
    }
    return BackfillRequest(
      since: since,
      until: until,
      projects: invocation.values(of: .project),
      isForced: invocation.has(.force),
      isDryRun: invocation.has(.dryRun)
    )
  }

  private static func time(
    _ option: Option,
    _ invocation: Invocation,
    now: Int64
  ) throws(UsageError) -> Int64? {
    guard let text = invocation.values(of: option).first else { return nil }
    do {
      return try LocalTime.parse(text, now: now)
    } catch {
      throw .unusableValue(option: option.name, reason: ShownText.line(error.description))
    }
  }
}
