internal import Changes
internal import GitLab

/// Finds the commit that GitLab's push webhook would have listed first.
///
/// The webhook lists the newest 20 commits of the push, oldest first. An event carries only the
/// ends and the number of commits; the same range of the commits endpoint, newest first and 20 a
/// page, ends in the commit wanted. The number tells whether a range is the right one.
struct CommitLookup: Sendable {
  /// The commits that a webhook carries at the most.
  private static let webhookLimit = 20

  let client: GitLabClient
  let requester: Requester
  let project: Int64

  /// What a message needs of a commit.
  struct Found: Sendable, Equatable {
    var message: String
    var link: String?
  }

  /// Returns the commit that a push is told with.
  ///
  /// - Parameters:
  ///   - push: A created or updated branch.
  ///   - defaultBranch: The project's default branch.
  ///   - defaultHead: Where the default branch stood at the time of the push, if that is known.
  /// - Returns: The commit; its message is never empty.
  /// - Throws: `PollError` when GitLab failed; a commit that is gone is no error.
  func commit(
    of push: PushEvent,
    defaultBranch: String?,
    defaultHead: String?
  ) async throws(PollError) -> Found {
    guard let data = push.push, let to = data.to else {
      return found(nil, push: push)
    }
    let count = data.commitCount
    guard count > 0 else {
      return try await head(to, push: push) { $0.title }
    }
    if count == 1 && data.action == .pushed {
      return try await head(to, push: push) { $0.message ?? $0.title }
    }
    let wanted = min(Int(clamping: count), Self.webhookLimit)
    var shorter: Commit?
    for range in ranges(of: data, to: to, defaultBranch: defaultBranch, defaultHead: defaultHead) {
      guard let rows = try await commits(range), !rows.isEmpty else { continue }
      // The range of an update is exact whatever its number says; a new branch's is a guess.
      if rows.count == wanted || data.action == .pushed {
        return found(rows.last, push: push)
      }
      shorter = shorter ?? rows.last
    }
    // Exact for a linear history, whatever became of the branches since.
    let history = try await commits(to) ?? []
    return found(history.isEmpty ? shorter : history.prefix(wanted).last, push: push)
  }

  /// Words a push whose commit GitLab does not give, by what the event says of it.
  func unknown(_ push: PushEvent) -> Found {
    found(nil, push: push)
  }

  /// The ranges that may be the push, the likeliest first.
  private func ranges(
    of push: PushEvent.Push,
    to: String,
    defaultBranch: String?,
    defaultHead: String?
  ) -> [String] {
    switch push.action {
    case .created where push.ref == defaultBranch || defaultBranch == nil:
      []
    case .created:
      [defaultHead, defaultBranch].compactMap { $0.map { "\($0)..\(to)" } }
    default:
      push.from.map { ["\($0)..\(to)"] } ?? []
    }
  }

  private func head(
    _ sha: String,
    push: PushEvent,
    text: (Commit) -> String?
  ) async throws(PollError) -> Found {
    let commit = try await absentIsNil { () throws(PollError) in
      try await requester.ask(.commits) { timeout throws(GitLabError) in
        try await client.limited(to: timeout).commit(.id(project), sha)
      }
    }
    return found(commit, push: push, text: text)
  }

  private func commits(_ range: String) async throws(PollError) -> [Commit]? {
    try await absentIsNil { () throws(PollError) in
      try await requester.ask(.commits) { timeout throws(GitLabError) in
        try await client.limited(to: timeout)
          .commits(.id(project), of: range, perPage: Self.webhookLimit)
      }
    }?.rows
  }

  /// Words a commit, or what the event itself says when the commit is gone.
  private func found(
    _ commit: Commit?,
    push: PushEvent,
    text: (Commit) -> String? = { $0.message ?? $0.title }
  ) -> Found {
    let candidates = [
      commit.flatMap(text), push.push?.commitTitle, push.push?.to, push.push?.ref,
    ]
    return Found(
      message: candidates.compactMap(\.self).first { !$0.isEmpty } ?? "?",
      link: commit?.webURL
    )
  }
}
