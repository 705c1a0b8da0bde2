import Testing

@testable import Bridge
@testable import gitlab_wecom

/// How the doctor's report is laid out, in the width of a terminal and without one.
@Suite struct CheckTextTests {
  private static let report = CheckReport(lines: [
    CheckReport.Line(subject: "config", cells: ["config.toml"], verdict: "ok"),
    CheckReport.Line(
      subject: "gitlab",
      cells: ["https://gitlab.example.com", "GitLab 17.11.2, clocks agree"],
      verdict: "works",
      findings: [
        CheckReport.Finding(
          exitCode: .ok,
          text: """
            config.toml:2:7: "url" is not https: the token travels in clear text
                2 | url = "http://gitlab.example.internal/a/long/relative/root/of/it"
                  |       ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            """
        )
      ]
    ),
    CheckReport.Line(
      subject: "route 1",
      cells: ["docs/**, platform/api", "13 projects", "pushes ok", "builds ok"],
      verdict: "→ docs \"文档站\"",
      notes: ["docs/manual"]
    ),
    CheckReport.Line(
      subject: "bot",
      cells: ["文档", "key 693a…c4f1"],
      verdict: "not tried; --send tries it"
    ),
    CheckReport.Line(
      subject: "bot",
      cells: ["platform", "key 0d5c…17e0"],
      verdict: "not tried; --send tries it"
    ),
  ])

  @Test func `without a terminal no line is broken`() {
    #expect(
      CheckText(report: Self.report, isVerbose: true).text == """
        config   config.toml                                                   ok
        gitlab   https://gitlab.example.com   GitLab 17.11.2, clocks agree     works
                 ! config.toml:2:7: "url" is not https: the token travels in clear text
                       2 | url = "http://gitlab.example.internal/a/long/relative/root/of/it"
                         |       ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        route 1  docs/**, platform/api   13 projects   pushes ok   builds ok   → docs "文档站"
                   docs/manual
        bot      文档       key 693a…c4f1                                      not tried; --send tries it
        bot      platform   key 0d5c…17e0                                      not tried; --send tries it
        1 thing to look at

        """
    )
  }

  @Test
  func `on a narrow terminal a verdict without room stands below, and texts are broken at blanks`()
  {
    #expect(
      CheckText(report: Self.report, columns: 72).text == """
        config   config.toml                ok
        gitlab   https://gitlab.example.com   GitLab 17.11.2, clocks agree
                 works
                 ! config.toml:2:7: "url" is not https: the token travels in
                   clear text
                       2 | url = "http://gitlab.example.internal/a/long/relative/root/of/it"
                         |       ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        route 1  docs/**, platform/api   13 projects   pushes ok   builds ok
                 → docs "文档站"
        bot      文档       key 693a…c4f1   not tried; --send tries it
        bot      platform   key 0d5c…17e0   not tried; --send tries it
        1 thing to look at

        """
    )
  }
}
