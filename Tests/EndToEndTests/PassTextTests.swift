import Platform
import TestSupport
import Testing

@testable import Bridge
@testable import gitlab_wecom

/// The lines that sum up what a command did.
@Suite struct PassTextTests {
  private static func pass(_ change: (inout PassReport) -> Void) -> PassReport {
    var report = PassReport()
    report.projects = 13
    change(&report)
    return report
  }

  private static func wait(_ messages: Int, _ reason: String? = nil) -> PassReport.Waiting {
    PassReport.Waiting(bot: "docs", messages: messages, reason: reason, milliseconds: 0)
  }

  static let passes: [(PassReport, String)] = [
    (pass { $0.wasBusy = true }, "another pass is at work; nothing was done"),
    (pass { _ in }, "13 projects: nothing new; nothing waits"),
    (pass { $0.projects = 1 }, "1 project: nothing new; nothing waits"),
    (
      pass {
        $0.pushes = 36
        $0.builds = 1
        $0.posted = 37
      },
      "13 projects: 36 pushes, 1 failed build; 37 posted; nothing waits"
    ),
    (
      pass {
        $0.pushes = 1
        $0.inDigests = 30
        $0.digests = 1
        $0.tooOld = 2
      },
      "13 projects: 1 push; 30 posted in 1 digest; 2 too old to be posted; nothing waits"
    ),
    (
      pass {
        $0.builds = 2
        $0.posted = 1
        $0.inDigests = 30
        $0.digests = 2
        $0.waiting = [wait(1), wait(2, "the key is wrong")]
      },
      "13 projects: 2 failed builds; 1 posted, and 30 in 2 digests; 1 waits for bot \"docs\" for "
        + "WeCom's minute, 2 wait for bot \"docs\" (the key is wrong)"
    ),
  ]

  @Test(arguments: passes)
  func `a pass is summed up in one line`(report: PassReport, text: String) {
    #expect(PassSummary.text(of: report) == text)
  }

  private static func backfill(_ news: Int, _ queued: Int, _ posted: Int = 0) -> BackfillReport {
    var report = BackfillReport()
    report.projects = 1
    report.news = news
    report.messages = (0..<queued).map { _ in
      PreviewReport.Message(bot: "docs", content: "x", waits: false)
    }
    report.posting.posted = posted
    return report
  }

  @Test(arguments: [
    (backfill(0, 0), false, "1 project: nothing to tell happened in that time"),
    (backfill(1, 0), false, "1 project: 1 push or failed build in that time, all told already"),
    (
      backfill(3, 1), true,
      "1 project: 3 pushes and failed builds in that time; 1 message would be posted"
    ),
    (
      backfill(3, 2, 2), false,
      "1 project: 3 pushes and failed builds in that time; 2 posted; nothing waits"
    ),
    (
      backfill(3, 2), false,
      "1 project: 3 pushes and failed builds in that time; nothing posted; nothing waits"
    ),
  ])
  func `a backfill is summed up in one line`(
    report: BackfillReport,
    isDryRun: Bool,
    text: String
  ) {
    #expect(PassSummary.text(of: report, isDryRun: isDryRun) == text)
  }

  @Test func `a preview shows each message under its bot`() {
    var report = PreviewReport()
    report.projects = 1
    report.isFirst = true
    #expect(
      PreviewText.text(of: report, isStyled: false)
        == "1 project: a first pass would begin the watch and post nothing\n"
    )
    report.isFirst = false
    #expect(
      PreviewText.text(of: report, isStyled: false) == "1 project: nothing would be posted\n"
    )
    report.messages = [PreviewReport.Message(bot: "docs", content: "## 文档站\n\n- a", waits: true)]
    #expect(
      PreviewText.text(of: report, isStyled: false) == """
        → docs (waits already)
          ## 文档站

          - a
        1 project: 1 message would be posted

        """
    )
  }

  @Test func `without a configuration it says where it was looked for`() {
    #expect(
      ConfigurationFile.Failure.missing.description
        == "no configuration: looked for \"config.toml\" and \"/etc/gitlab-wecom/config.toml\"; "
        + "name one with --config"
    )
  }

  @Test func `too few open files are refused before anything begins`() async throws {
    let result = try await ChildProcess.run(
      .init("/bin/sh", ["-c", "ulimit -n 63; exec \"$0\" --version", Installation.program])
    )
    #expect(result.exit == .code(73))
    #expect(
      result.errorText
        == "gitlab-wecom: only 63 files may be open at a time, and 64 are needed; raise the limit "
        + "(ulimit -n)\n"
    )
  }
}
