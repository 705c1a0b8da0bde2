/// The lines that a push and a failed build have in common, and the cutting to WeCom's limit.
struct MessageLayout: Sendable {
  /// What the heading says behind the title.
  let happening: String
  /// What stands before and behind the user's name on the second line.
  let person: (before: String, behind: String)

  func content(
    title: String,
    projectName: String,
    projectURL: String,
    username: String,
    commitMessage: String,
    neutraliser: Neutraliser,
    byteLimit: Int
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
      return """
        ## \(title) \(happening) 通知:\u{20}

        - 项目: \(project)\u{20}
        - \(person.before)\(username)\(person.behind)\u{20}
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
