import Changes
import Testing

@Suite struct BuildMessageTests {
  @Test func `GitLab's sample job gives the classic message, byte for byte`() {
    let message = BuildMessage(
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
