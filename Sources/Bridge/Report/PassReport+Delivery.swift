internal import Changes

extension PassReport {
  /// Adds what a phase of posting came to.
  mutating func add(_ delivery: DeliveryReport) {
    posted += delivery.posted
    digests += delivery.digests
    inDigests += delivery.inDigests
    for kept in delivery.keptAside {
      sayings.append(
        Saying(
          level: .error,
          event: "bot.kept",
          text: """
            WeCom refused a message of bot "\(kept.bot)": \(kept.cause)
              it is kept aside; gitlab-wecom backfill tells it again
            """
        )
      )
    }
  }

  /// Notes what still waits at the end.
  mutating func note(_ queues: [DeliveryReport.Waiting]) {
    waiting = queues.map { queue in
      Waiting(
        bot: queue.bot,
        messages: queue.toldCount,
        reason: queue.cause.words,
        milliseconds: queue.milliseconds
      )
    }
  }
}

extension StateKeeper {
  /// What is said of writes that failed and were made good.
  var rescueSayings: [Saying] {
    rescues.map { error in
      Saying(
        level: .warning,
        event: "state.rescued",
        text: "a write failed and was made good by writing the whole state anew: \(error)"
      )
    }
  }
}

extension DeliveryReport.Cause {
  /// Why something waits; nil when only for the pace.
  fileprivate var words: String? {
    switch self {
    case .pace: nil
    case .delay(let delay): delay.reason
    case .host(let host, let reason): "\(host): \(reason)"
    case .absent: "the bot is not in the configuration"
    }
  }
}
