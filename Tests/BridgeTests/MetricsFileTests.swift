import Changes
import Configuration
import FoundationEssentials
import HTTP
import Platform
import Sandbox
import Store
import TestSupport
import Testing

@testable import Bridge

/// The metrics file of whole passes over a state directory.
@Suite(.temporaryFolder) struct MetricsFileTests {
  private let scene = StatusScene()

  @Test func `every pass writes the file, readable for all, and its counters go on`() async throws {
    try await scene.pass()
    try await scene.pass()
    let file = try scene.metrics()
    #expect(file.contains("gitlab_wecom_passes_total{exit_code=\"0\"} 2\n"))
    #expect(file.contains("gitlab_wecom_last_pass_exit_code 0\n"))
    #expect(file.contains("gitlab_wecom_gitlab_up 1\n"))
    #expect(file.contains("gitlab_wecom_last_pass_phase_seconds{phase=\"asking\"} "))
    #expect(file.contains("gitlab_wecom_gitlab_clock_skew_seconds 0"))
    #expect(file.contains("gitlab_wecom_asked_to_timestamp_seconds 1795478520\n"))
    #expect(file.contains("gitlab_wecom_build_info{version=\"1.2.3\"} 1\n"))
    #expect(try Files.read(scene.metricsPath, limit: 1 << 20).mode == 0o644)
  }

  @Test func `a pass that finds GitLab down writes it too`() async throws {
    try await scene.pass()
    scene.transport.setFailure(.cannotResolve(host: "x"), at: scene.gitlabURL)
    let report = try await scene.pass()
    #expect(report.exitCode == .unreachable)
    let file = try scene.metrics()
    #expect(file.contains("gitlab_wecom_passes_total{exit_code=\"0\"} 1\n"))
    #expect(file.contains("gitlab_wecom_passes_total{exit_code=\"69\"} 1\n"))
    #expect(file.contains("gitlab_wecom_last_pass_exit_code 69\n"))
    #expect(file.contains("gitlab_wecom_gitlab_up 0\n"))
    #expect(file.contains("gitlab_wecom_troubles 1\n"))
  }

  @Test func `a pass that cannot use the state says so in the file`() async throws {
    try await scene.pass()
    try scene.damageState()
    let report = try await scene.pass()
    #expect(report.exitCode == .damaged)
    let file = try scene.metrics()
    #expect(file.contains("gitlab_wecom_last_pass_exit_code 65\n"))
    #expect(file.contains("gitlab_wecom_troubles 1\n"))
    #expect(!file.contains("gitlab_wecom_passes_total"))
  }

  @Test func `104: a missing folder is a warning, said once, and no failure`() async throws {
    scene.setMetricsFile("missing/gitlab-wecom.prom")
    let first = try await scene.pass()
    #expect(first.exitCode == .ok)
    #expect(
      first.sayings.first { $0.event == "metrics.failing" }
        == Saying(
          level: .warning,
          event: "metrics.failing",
          text: """
            the metrics cannot be written: "\(scene.metricsPath)": no such file or directory
              see [metrics] file: its folder must exist, and this user must have the right to write \
            there
            """
        )
    )
    let second = try await scene.pass()
    #expect(second.sayings.isEmpty)
    #expect(second.troubles.map(\.event) == ["metrics.failing"])
    try FileManager.default.createDirectory(
      atPath: TemporaryFolder.path + "/missing",
      withIntermediateDirectories: false
    )
    let third = try await scene.pass()
    #expect(third.sayings.map(\.event) == ["metrics.failing.over"])
    #expect(try scene.metrics().contains("gitlab_wecom_passes_total{exit_code=\"0\"} 3\n"))
  }
}
