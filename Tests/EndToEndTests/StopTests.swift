import Platform
import Sandbox
import TestSupport
import Testing

/// An orderly end on a signal, within a second.
@Suite(.temporaryFolder, .timeLimit(.minutes(15))) struct StopTests {
  @Test(arguments: [(Int32(15), Int32(143)), (2, 130), (1, 129)])
  func `run ends with 128 and the signal's number, and loses nothing`(
    signal: Int32,
    code: Int32
  ) async throws {
    let installation = try Installation()
    // Only the signal can end the wait for what GitLab does not answer.
    try installation.write(
      installation.configuration(
        gitlab: "token = \"\(Sandbox.token)\"\ntimeout = \"1h\"",
        more: "[run]\ndeadline = \"0\"\n"
      ),
      to: "config.toml"
    )
    try await installation.run("run")
    installation.push("one")
    installation.sandbox.add(Fault(.instead(.stall), at: [.events]))
    let asked = installation.sandbox.log.counts[.events, default: 0]
    let child = try installation.start(["run"])
    // Both projects are asked at once, and nothing else before one of them has answered.
    try await wait { installation.sandbox.log.counts[.events, default: 0] == asked + 2 }
    let total = installation.sandbox.log.total
    child.send(signal: signal)
    let run = Run(await child.result(), in: installation)
    #expect(run == Run(code: code))
    #expect(installation.sandbox.log.total == total)

    installation.sandbox.clearFaults()
    installation.gitlab.release()
    #expect(try await installation.run("run") == Run(code: 0))
    #expect(installation.sandbox.messages().count == 1)
  }

  @Test func `watch makes passes until it is told to stop, and ends with 0`() async throws {
    let installation = try Installation()
    try installation.write(
      installation.configuration(more: "[run]\ninterval = \"100ms\"\n"),
      to: "config.toml"
    )
    let child = try installation.start(["watch"])
    try await wait { installation.read("state/state.json") != nil }
    installation.push("one")
    try await wait { !installation.sandbox.messages().isEmpty }
    child.send(signal: 15)
    let run = Run(await child.result(), in: installation)
    #expect(run.code == 0)
    #expect(run.output.isEmpty)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.first == "TIME info  gitlab-wecom 1.0.0 watches")
    #expect(lines.last == "TIME info  stopped in good order")
    #expect(
      lines.contains(
        "TIME info  posted to bot \"docs\": push of alice to main in 用户手册; nothing waits"
      )
    )
  }

  @Test func `watch refuses a bad configuration once and goes on with the old one`() async throws {
    let installation = try Installation()
    let good = installation.configuration(more: "[run]\ninterval = \"50ms\"\n")
    try installation.write(good, to: "config.toml")
    let child = try installation.start(["watch"])
    try await wait { installation.read("state/state.json") != nil }
    try installation.write(good + "nonsense = 1\n", to: "config.toml")
    // Several passes with the bad one: each asks GitLab for the events of a project at least.
    let asked = installation.sandbox.log.total
    try await wait { installation.sandbox.log.total >= asked + 20 }
    installation.push("one")
    try await wait { !installation.sandbox.messages().isEmpty }
    child.send(signal: 15)
    let run = Run(await child.result(), in: installation)
    #expect(run.code == 0)
    #expect(run.errors.split(separator: "nonsense\" in [run]").count == 2)
    #expect(run.errors.contains("\nthe configuration from before stays in use\n"))
  }
}
