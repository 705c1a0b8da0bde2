internal import Changes
internal import Platform

/// Something that is wrong in this pass, and may have been wrong before.
struct Trouble: Sendable, Equatable {
  /// What identifies it over passes; one line is said for each.
  var key: String
  var exitCode: ExitCode
  /// What is said when it begins and daily: one sentence, further lines indented.
  var text: String
  /// What is said when it is over.
  var ending: String

  /// The trouble as it is said while it is new.
  var saying: Saying {
    Saying(level: exitCode == .ok ? .warning : .error, event: key, text: text)
  }
}

/// A line of output that a pass has reason for.
package struct Saying: Sendable, Equatable {
  /// How much it matters; cron's pass prints nothing below a warning.
  package enum Level: Int, Sendable, Comparable {
    case error
    case warning
    case notice

    package static func < (left: Level, right: Level) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  package var level: Level
  /// A stable name for logs, as in `gitlab.unreachable`.
  package var event: String
  package var text: String
}

/// Decides which troubles are said: when they begin, once a day, and when they end.
struct TroubleBook: Sendable {
  /// The time after which a lasting trouble is said again, in milliseconds.
  private static let day: Int64 = 24 * 60 * 60_000

  /// Whether what was said at a time, or never, is to be said now; both in milliseconds.
  ///
  /// A clock set back must not silence a trouble for ever.
  static func isDue(saidAt: Int64?, now: Int64) -> Bool {
    saidAt.map { now - $0 >= day || now - $0 < -day } ?? true
  }

  let known: [String: TroubleState]
  /// The local time of the pass.
  let now: Timestamp

  /// What has changed with this pass.
  struct Verdict: Sendable, Equatable {
    var sayings: [Saying] = []
    var entries: [Entry] = []
  }

  /// Compares the troubles of a pass with those of the passes before.
  ///
  /// - Parameters:
  ///   - present: What is wrong now.
  ///   - isComplete: Whether what is not among them is over; false for a pass that was cut short.
  /// - Returns: What to say and what to remember.
  func compare(_ present: [Trouble], isComplete: Bool) -> Verdict {
    var verdict = Verdict()
    for trouble in present {
      if let before = known[trouble.key] {
        guard Self.isDue(saidAt: before.saidAt.milliseconds, now: now.milliseconds) else {
          continue
        }
        verdict.say(trouble, since: before.since, now: now)
      } else {
        verdict.say(trouble, since: now, now: now)
      }
    }
    guard isComplete else { return verdict }
    let keys = Set(present.map(\.key))
    for (key, state) in known.sorted(by: { $0.key < $1.key }) where !keys.contains(key) {
      let since = LocalTime.full(state.since.milliseconds)
      verdict.sayings.append(
        Saying(level: .warning, event: "\(key).over", text: "\(state.topic) (since \(since))")
      )
      verdict.entries.append(.relief(key: key))
    }
    return verdict
  }
}

extension TroubleBook.Verdict {
  fileprivate mutating func say(_ trouble: Trouble, since: Timestamp, now: Timestamp) {
    let lasting = since == now ? "" : "still, since \(LocalTime.full(since.milliseconds)): "
    sayings.append(
      Saying(
        level: trouble.exitCode == .ok ? .warning : .error,
        event: trouble.key,
        text: lasting + trouble.text
      )
    )
    entries.append(
      .trouble(
        key: trouble.key,
        TroubleState(
          since: since,
          saidAt: now,
          exitCode: Int(trouble.exitCode.rawValue),
          topic: trouble.ending,
          text: String(trouble.text.prefix { $0 != "\n" })
        )
      )
    )
  }
}
