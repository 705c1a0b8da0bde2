internal import Bridge
internal import Configuration
internal import Platform

/// The log on standard error: text for people and journals, or one JSON object a line.
struct Log: Sendable {
  var format = LogSettings.Format.text
  /// The least grave level that is written.
  var threshold = LogSettings.Level.info
  /// Whether each step is written with its time; otherwise only troubles are, for people.
  var showsSteps = false
  var time: any TimeSource = SystemTime()

  /// Writes a step of the work: lines that are of use to someone who looks over the shoulder.
  ///
  /// - Parameters:
  ///   - level: How grave it is.
  ///   - event: A stable name, as in `message.posted`.
  ///   - text: A sentence for people, without the event's name.
  ///   - fields: The data, for machines.
  func write(
    _ level: LogSettings.Level,
    _ event: String,
    _ text: String,
    _ fields: [(String, JSONValue)] = []
  ) {
    guard showsSteps, level <= threshold else { return }
    emit(level, event, text, fields)
  }

  /// Writes what a pass has reason to say.
  func write(_ saying: Saying) {
    guard saying.level.log <= max(threshold, .error) else { return }
    emit(saying.level.log, saying.event, saying.text, [])
  }

  private func emit(
    _ level: LogSettings.Level,
    _ event: String,
    _ text: String,
    _ fields: [(String, JSONValue)]
  ) {
    let now = time.wallMilliseconds()
    switch format {
    case .json:
      let head: [(String, JSONValue)] = [
        ("time", .text(LocalTime.utc(now))), ("level", .text(level.rawValue)),
        ("event", .text(event)), ("message", .text(text)),
      ]
      StandardStream.error.write(JSONValue.object(head + fields).description + "\n")
    case .text where showsSteps:
      let word = Cells.padded(level.rawValue, to: 5)
      StandardStream.error.write("\(LocalTime.full(now)) \(word) \(text)\n")
    case .text:
      StandardStream.error.write("gitlab-wecom: \(text)\n")
    }
  }
}

extension Saying.Level {
  /// The level of the log that a saying has.
  var log: LogSettings.Level {
    switch self {
    case .error: .error
    case .warning: .warn
    case .notice: .info
    }
  }
}
