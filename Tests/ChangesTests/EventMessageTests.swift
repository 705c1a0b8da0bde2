import Changes
import Testing

@Suite struct EventMessageTests {
  @Test func `GitLab's sample push gives the classic message, byte for byte`() {
    let message = EventMessage(
      kind: .push,
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
    let content = message.content(Neutraliser(gitlabURL: "http://example.com"))
    #expect(Array(content.utf8) == Array(expected.utf8))
  }

  @Test func `GitLab's sample job gives the classic message, byte for byte`() {
    let message = EventMessage(
      kind: .build,
      title: "GitLab",
      projectName: "Gitlab Test",
      projectURL: "http://192.168.64.1:3005/gitlab-org/gitlab-test",
      username: "user",
      commitMessage: "test\n"
    )
    let expected =
      "## GitLab build <font color=\"warning\">failed</font> 通知: \n"
      + "\n"
      + "- 项目: [Gitlab Test](http://192.168.64.1:3005/gitlab-org/gitlab-test) \n"
      + "- 请 **user** 关注最近提交的内容 \n"
      + "- 提交信息: test \n"
    let content = message.content(Neutraliser(gitlabURL: "http://192.168.64.1:3005"))
    #expect(Array(content.utf8) == Array(expected.utf8))
  }
}
