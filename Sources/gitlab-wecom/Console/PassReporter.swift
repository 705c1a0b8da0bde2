internal import Bridge
internal import Configuration

/// Shows the steps of a pass: as progress on a terminal, or as lines of the log.
struct PassReporter: Sendable {
  let console: Console
  let configuration: Configuration
  let progress: ProgressDisplay?

  init(console: Console, configuration: Configuration) {
    self.console = console
    self.configuration = configuration
    let isShown = console.movesCursor && console.talk == .normal && !console.log.showsSteps
    progress = isShown && console.log.format == .text ? ProgressDisplay() : nil
  }

  /// An observer to be handed to a pass.
  var observer: PassObserver {
    PassObserver { tell($0) }
  }

  private func tell(_ step: PassStep) {
    show(step)
    record(step)
  }

  private func show(_ step: PassStep) {
    guard let progress else { return }
    switch step {
    case .polled(let done, let total):
      progress.polled(done: done, total: total)
    case .posted(_, _, let waiting):
      progress.posted(waiting: waiting)
    case .sleeps(let bot, true, let milliseconds):
      let perMinute = configuration.bot(named: bot)?.messagesPerMinute ?? 18
      progress.sleeps(
        cause: "WeCom's minute",
        milliseconds: milliseconds,
        perMinute: perMinute
      )
    case .sleeps(_, false, let milliseconds):
      progress.sleeps(cause: "another try", milliseconds: milliseconds, perMinute: nil)
    case .folded, .delayed, .shortened, .keptAside, .hostFailed, .abandoned:
      break
    }
  }

  private func record(_ step: PassStep) {
    let log = console.log
    switch step {
    case .polled(let done, let total):
      guard done == total else { return }
      log.write(
        .debug,
        "gitlab.polled",
        "asked GitLab about \(total) \(total == 1 ? "project" : "projects")",
        [("projects", .number(Int64(total)))]
      )
    case .folded(let bot, let messages, let digests):
      log.write(
        .info,
        "messages.folded",
        "bot \"\(bot)\": \(messages) messages folded into "
          + (digests == 1 ? "1 digest" : "\(digests) digests"),
        [
          ("bot", .text(bot)), ("messages", .number(Int64(messages))),
          ("digests", .number(Int64(digests))),
        ]
      )
    case .posted(let bot, let about, let waiting):
      log.write(
        .info,
        "message.posted",
        "posted to bot \"\(bot)\": \(about); "
          + (waiting == 0 ? "nothing waits" : waiting == 1 ? "1 waits" : "\(waiting) wait"),
        [("bot", .text(bot)), ("about", .text(about)), ("waiting", .number(Int64(waiting)))]
      )
    case .delayed(let bot, let reason):
      log.write(
        .warn,
        "message.delayed",
        "bot \"\(bot)\": \(reason); tried again",
        [("bot", .text(bot)), ("reason", .text(reason))]
      )
    case .shortened(let bot, let cause):
      log.write(
        .warn,
        "message.shortened",
        "bot \"\(bot)\": refused: \(cause); tried once more, shorter",
        [("bot", .text(bot)), ("cause", .text(cause))]
      )
    case .keptAside(let bot, let about, let cause):
      log.write(
        .error,
        "message.kept",
        "bot \"\(bot)\": kept aside: \(about): \(cause)",
        [("bot", .text(bot)), ("about", .text(about)), ("cause", .text(cause))]
      )
    case .hostFailed(let host, let reason):
      log.write(
        .warn,
        "wecom.unreachable",
        "nothing more is posted to \(host) in this pass: \(reason)",
        [("host", .text(host)), ("reason", .text(reason))]
      )
    case .abandoned(let bot, let messages):
      log.write(
        .warn,
        "bot.abandoned",
        "bot \"\(bot)\" is gone from the configuration: \(messages) messages kept aside",
        [("bot", .text(bot)), ("messages", .number(Int64(messages)))]
      )
    case .sleeps(let bot, let isForPace, let milliseconds):
      let cause = isForPace ? "the pace" : "another try"
      log.write(
        .debug,
        "posting.waits",
        "bot \"\(bot)\" waits \(ProgressLine.span(milliseconds)) for \(cause)",
        [
          ("bot", .text(bot)), ("cause", .text(isForPace ? "pace" : "retry")),
          ("milliseconds", .number(milliseconds)),
        ]
      )
    }
  }
}
