import FoundationEssentials
import Platform
import Sandbox
import TestSupport
import Testing

/// Neither token nor key is in anything that the program prints or keeps.
@Suite(.temporaryFolder, .timeLimit(.minutes(15))) struct SecretTests {
  @Test func `no output and no file of the state holds a secret`() async throws {
    let installation = try Installation()
    var text = ""
    func run(_ arguments: String...) async throws {
      let result = await (try installation.start(arguments)).result()
      text += result.outputText + result.errorText
    }
    try installation.write(
      installation.configuration(more: "[metrics]\nfile = \"metrics.prom\"\n"),
      to: "config.toml"
    )
    try await run("run", "--verbose")
    // Each may echo what it was asked with.
    let faults = [
      Fault(.answer(.html(502, title: Sandbox.token)), at: Fault.gitlab),
      Fault(.answer(.html(200, title: Sandbox.token)), at: Fault.gitlab),
      Fault(
        .redirected(status: 302, location: "https://x.example/\(Sandbox.token)"),
        at: Fault.gitlab
      ),
      Fault(.answer(.html(200, title: "key=\(Sandbox.key)")), at: [.wecomSend]),
      Fault(.errcode(93000, "key=\(Sandbox.key)"), at: [.wecomSend]),
      Fault(.errcode(40058, "key=\(Sandbox.key)"), at: [.wecomSend]),
      Fault(.instead(.close)), Fault(.instead(.reset)),
    ]
    for fault in faults {
      installation.push(UUID().uuidString)
      installation.sandbox.add(fault)
      try await run("run", "--verbose")
      try await run("check", "--send", "--verbose")
      try await run("status")
      try await run("status", "--json")
      installation.sandbox.clearFaults()
      try await run("run", "--verbose", "--dry-run")
    }
    installation.stop()
    try await run("run", "--verbose")
    try await run("check", "--send")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: "\(installation.folder)/state"
    )
    #expect(names.contains("state.json"))
    for name in names { text += installation.read("state/\(name)") ?? "" }
    text += try #require(installation.read("metrics.prom"))
    #expect(!text.contains(Sandbox.token))
    #expect(!text.contains(Sandbox.key))
    #expect(installation.sandbox.log.leaks == 0)
  }
}
