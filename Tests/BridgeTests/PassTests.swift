import Changes
import Platform
import Sandbox
import TestSupport
import Testing

@testable import Bridge

@Suite struct PassTests {
  @Test func `the first pass takes GitLab as it stands and says so once`() async throws {
    let scene = PassScene()
    let first = try await scene.pass()
    #expect(first.isFirst)
    #expect(
      first.sayings.map(\.text) == [
        "watching 1 project from now on; what happened before is not told"
      ]
    )
    #expect(first.exitCode == .ok)
    let second = try await scene.pass()
    #expect(second.sayings.isEmpty)
    #expect(scene.sandbox.messages().isEmpty)
  }

  @Test func `a push and a failed build are told in the classic style`() async throws {
    let scene = PassScene()
    try await scene.pass()
    let job = scene.sandbox.change { world in
      world.push(["feat: 导出用户反馈\n\nlong text", "second"], of: scene.project, by: scene.ann)
      let pipeline = world.startPipeline(
        of: scene.project,
        by: scene.ann,
        jobs: [World.JobPlan("unit"), World.JobPlan("lint")]
      )
      return pipeline.jobs[0]
    }
    scene.clock.advance(milliseconds: 1000)
    scene.sandbox.change { $0.start(job) }
    scene.clock.advance(milliseconds: 1000)
    scene.sandbox.change { _ = $0.fail(job) }
    let report = try await scene.pass()
    #expect(report.exitCode == .ok)
    #expect(report.sayings.isEmpty)
    let url = "http://gitlab.example.internal/docs/manual"
    #expect(
      scene.sandbox.messages() == [
        """
        ## 文档站 <font color="info">push</font> 通知: 

        - 项目: [用户手册](\(url)) 
        - 更新人: *ann* 
        - 提交信息: feat: 导出用户反馈long text 

        """,
        """
        ## 文档站 build <font color="warning">failed</font> 通知: 

        - 项目: [用户手册](\(url)) 
        - 请 **ann** 关注最近提交的内容 
        - 提交信息: second 

        """,
      ]
    )
    let quiet = try await scene.pass()
    #expect(quiet.posted == 0)
    #expect(scene.sandbox.messages().count == 2)
  }
}
