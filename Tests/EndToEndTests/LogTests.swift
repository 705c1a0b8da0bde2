import Sandbox
import TestSupport
import Testing

/// The lines of `--verbose`, which tell every step of a pass.
@Suite(.temporaryFolder, .timeLimit(.minutes(15))) struct LogTests {
  /// Runs a pass and returns its log without times and figures that differ.
  private func log(_ installation: Installation) async throws -> [String] {
    let run = try await installation.run("run", "--verbose")
    return run.errors.split(separator: "\n").filter { !$0.hasPrefix("TIME debug ") }.map {
      String($0.replacing(/\(\d+\.\d s, \d+ requests?\)/, with: "(TOOK)"))
    }
  }

  @Test func `WeCom cannot be reached`() async throws {
    let installation = try Installation()
    try await installation.run("run")
    installation.push("one")
    installation.wecom.stop(keepsPort: true)
    let reason = "not sent: cannot connect: connection refused"
    #expect(
      try await log(installation) == [
        "TIME warn  bot \"docs\": \(reason); tried again",
        "TIME warn  nothing more is posted to http://WECOM in this pass: \(reason)",
        "TIME error bot \"docs\": \(reason)", "  1 message waits; nothing is lost: tried again",
        "TIME info  2 projects: 1 push; 1 waits for bot \"docs\" (\(reason)) (TOOK)",
      ]
    )
  }

  @Test func `a message is refused, shortened and kept aside`() async throws {
    let installation = try Installation()
    try await installation.run("run")
    installation.push(String(repeating: "long ", count: 500))
    installation.sandbox.add(Fault(.errcode(40058, "invalid content"), at: [.wecomSend]))
    let lines = try await log(installation)
    #expect(lines.contains { $0.hasPrefix("TIME warn  bot \"docs\": refused: ") })
    #expect(lines.contains { $0.hasSuffix("; tried once more, shorter") })
    #expect(
      lines.contains {
        $0.hasPrefix("TIME error bot \"docs\": kept aside: push of alice to main in 用户手册: ")
      }
    )
    #expect(
      lines.contains {
        $0.hasPrefix("TIME error WeCom refused a message of bot \"docs\": ")
      }
    )
    #expect(lines.contains("  it is kept aside; gitlab-wecom backfill tells it again"))
  }

  @Test func `many messages are folded`() async throws {
    let installation = try Installation()
    try await installation.run("run")
    for number in 1...21 { installation.push("commit \(number)") }
    let lines = try await log(installation)
    #expect(lines.first == "TIME info  bot \"docs\": 21 messages folded into 1 digest")
    #expect(
      lines.last == "TIME info  2 projects: 21 pushes; 21 posted in 1 digest; nothing waits (TOOK)"
    )
  }
}
