/// One waiting message, as a digest needs it: a line instead of a message of its own.
package struct DigestEntry: Hashable, Sendable, Codable {
  /// What happened.
  package enum Happening: Hashable, Sendable, Codable {
    /// A push: the title of the commit that the message would show, and how many commits came.
    case push(PushKind, commitTitle: String, commitCount: Int)
    /// A failed build, in GitLab's own words.
    case build(job: String, stage: String, reason: String)
  }

  /// How a push moved its branch.
  package enum PushKind: String, Hashable, Sendable, Codable {
    /// It brought commits, by force or not.
    case commits
    /// It created the branch without commits of its own.
    case creation
    /// It took the branch back to an ancestor.
    case reset
  }

  /// The message's own id, given back by the digest that tells it.
  package var id: String
  /// When it happened: an event's creation, a job's finish.
  package var time: Timestamp
  package var projectID: Int
  /// The project's bare name, not its path.
  package var projectName: String
  package var projectURL: String
  /// The username of the one who pushed, or of the job's user.
  package var username: String
  /// The branch, the tag, or GitLab's `refs/merge-requests/7/head`.
  package var reference: String
  /// The page of the commit or job; empty for none.
  package var link: String
  package var happening: Happening

  package init(
    id: String,
    time: Timestamp,
    projectID: Int,
    projectName: String,
    projectURL: String,
    username: String,
    reference: String,
    link: String,
    happening: Happening
  ) {
    self.id = id
    self.time = time
    self.projectID = projectID
    self.projectName = projectName
    self.projectURL = projectURL
    self.username = username
    self.reference = reference
    self.link = link
    self.happening = happening
  }

  /// The kind of news, as routes name it.
  package var kind: EventKind {
    switch happening {
    case .push: .push
    case .build: .build
    }
  }
}
