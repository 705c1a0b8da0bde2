import Changes
import Testing

@Suite struct PushMessageTests {
  private let neutraliser = Neutraliser(gitlabURL: "http://example.com")

  @Test func `GitLab's sample push gives the classic message, byte for byte`() {
    let message = PushMessage(
      title: "GitLab",
      projectName: "Diaspora",
      projectURL: "http://example.com/mike/diaspora",
      username: "jsmith",
      commitMessage: "Update Catalan translation to e38cb41.\n\n"
        + "See https://gitlab.com/gitlab-org/gitlab for more information"
    )
    let expected =
      "## GitLab <font color=\"info\">push</font> 通知: \n"
      + "\n"
      + "- 项目: [Diaspora](http://example.com/mike/diaspora) \n"
      + "- 更新人: *jsmith* \n"
      + "- 提交信息: Update Catalan translation to e38cb41."
      + "See https://gitlab.com/gitlab-org/gitlab for more information \n"
    #expect(Array(message.content(neutraliser).utf8) == Array(expected.utf8))
  }
}
