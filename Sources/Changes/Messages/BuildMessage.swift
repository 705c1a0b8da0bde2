/// What a group reads about one failed build.
package struct BuildMessage: Hashable, Sendable {
  /// The route's title, used as it is.
  package var title: String
  /// The project's bare name, not its path.
  package var projectName: String
  /// The project's page, as GitLab gives it.
  package var projectURL: String
  /// The username of the job's user.
  package var username: String
  /// The whole message of the pipeline's commit.
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
  /// What is too long is cut as in `PushMessage`.
  package func content(
    _ neutraliser: Neutraliser,
    byteLimit: Int = MessageLimit.bytes
  ) -> String {
    MessageLayout(
      happening: #"build <font color="warning">failed</font>"#,
      person: (before: "请 **", behind: "** 关注最近提交的内容")
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
