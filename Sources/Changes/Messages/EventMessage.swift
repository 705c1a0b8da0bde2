/// What a group reads about one push or one failed build.
package struct EventMessage: Sendable {
  package var kind: EventKind
  /// The route's title, used as it is.
  package var title: String
  /// The project's bare name, not its path.
  package var projectName: String
  /// The project's page, as GitLab gives it.
  package var projectURL: String
  /// The username of the one who pushed, or of the job's user.
  package var username: String
  /// The whole message of the commit that `commits[0]` of GitLab's push webhook would be, or of the
  /// pipeline's commit.
  package var commitMessage: String

  package init(
    kind: EventKind,
    title: String,
    projectName: String,
    projectURL: String,
    username: String,
    commitMessage: String
  ) {
    self.kind = kind
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
    // Twice the limit leaves every decision near the cut its context, and bounds the work.
    let scalarLimit = 2 * byteLimit
    let minimum = String.ellipsis.utf8.count
    func neutralised(_ text: String, before next: Unicode.Scalar) -> String {
      neutraliser.neutralised(text, before: next, scalarLimit: scalarLimit)
    }
    var title = title
    var projectName = neutralised(projectName, before: "]")
    var username = neutralised(username, before: "*")
    var commitMessage = neutralised(commitMessage, before: " ")
    let target = LinkTarget(projectURL, byteLimit: byteLimit / 2)

    func render() -> String {
      let project = target.map { "[\(projectName)](\($0.text))" } ?? projectName
      let (happening, person) =
        switch kind {
        case .push:
          (#"<font color="info">push</font>"#, "更新人: *\(username)*")
        case .build:
          (#"build <font color="warning">failed</font>"#, "请 **\(username)** 关注最近提交的内容")
        }
      return """
        ## \(title) \(happening) 通知:\u{20}

        - 项目: \(project)\u{20}
        - \(person)\u{20}
        - 提交信息: \(commitMessage)\u{20}

        """
    }
    func shortened(_ text: String) -> String {
      let excess = render().utf8.count - byteLimit
      guard excess > 0 else { return text }
      return neutraliser.cut(text, toBytes: max(text.utf8.count - excess, minimum))
    }
    // The commit message gives way first; the rest only where it alone is over the limit.
    commitMessage = shortened(commitMessage)
    projectName = shortened(projectName)
    username = shortened(username)
    title = shortened(title)
    return render().cut(toBytes: byteLimit)
  }
}
