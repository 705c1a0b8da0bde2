/// What a group reads about one push.
package struct PushMessage: Hashable, Sendable {
  /// The route's title, used as it is.
  package var title: String
  /// The project's bare name, not its path.
  package var projectName: String
  /// The project's page, as GitLab gives it.
  package var projectURL: String
  /// The username of the one who pushed.
  package var username: String
  /// The whole message of the commit that `commits[0]` of GitLab's webhook would be.
  package var commitMessage: String

  package init(
    title: String,
    projectName: String,
    projectURL: String,
    username: String,
    commitMessage: String
  ) {
    self.title = title
    self.projectName = projectName
    self.projectURL = projectURL
    self.username = username
    self.commitMessage = commitMessage
  }

  /// Returns the finished content, never over the limit and never empty.
  ///
  /// What is too long is cut in the commit message; where the rest alone is over the limit, in the
  /// project's name, the username and the title, in this order. The project's link stays whole, or
  /// the name goes unlinked when the address takes more than half of the limit.
  package func content(
    _ neutraliser: Neutraliser,
    byteLimit: Int = MessageLimit.bytes
  ) -> String {
    MessageLayout(
      happening: #"<font color="info">push</font>"#,
      person: (before: "更新人: *", behind: "*")
    ).content(
      title: title,
      projectName: projectName,
      projectURL: projectURL,
      username: username,
      commitMessage: commitMessage,
      neutraliser: neutraliser,
      byteLimit: byteLimit
    )
  }
}
