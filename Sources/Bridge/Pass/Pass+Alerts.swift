internal import Changes
internal import GitLab

extension Pass {
  /// Queues what the bots of `[alerts]` are to be told, and returns whether there is anything.
  ///
  /// - Throws: `StoreError`.
  func queueAlerts(_ condition: GitLabCondition, now: Timestamp) throws -> Bool {
    let book = AlertBook(
      state: keeper.state,
      recipients: settings.alertBots,
      bots: mailboxes.map(\.name),
      now: now
    )
    let entries = book.entries(
      book.review(condition),
      gitlabURL: settings.gitlabURL,
      neutraliser: Neutraliser(gitlabURL: settings.gitlabURL)
    )
    try keeper.commit(entries)
    return entries.contains { if case .alerted = $0 { true } else { false } }
  }

  /// How the pass found GitLab as a whole; single projects that fail do not count.
  func condition(_ poll: Poller.Report, findings: Requester.Findings) -> GitLabCondition {
    guard !stop.isSet else { return .unknown }
    if let ending = findings.ending { return .fails(.init(ending)) }
    switch poll.error {
    case .failed(let error): return .fails(.init(error))
    case .partly, .held, .outOfTime, .unsteady: return findings.wasAnswered ? .answers : .unknown
    case nil: break
    }
    if findings.wasAnswered { return .answers }
    for reading in poll.readings {
      if case .failed(let error) = reading.error { return .fails(.init(error)) }
    }
    return .unknown
  }
}

extension GitLabCondition.Failure {
  init(_ error: GitLabError) {
    kind =
      switch error.consequence {
      case .token: .token
      case .unreachable: .unreachable
      default: .failing
      }
    reason = error.description
  }
}
