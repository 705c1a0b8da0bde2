import FoundationEssentials
import Glibc
import Platform
import Sandbox
import Synchronization
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

  /// What a program has written so far.
  private final class Shown: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    private let end = Mutex(false)

    var isOver: Bool {
      get { end.withLock { $0 } }
      set { end.withLock { $0 = newValue } }
    }

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
  }

  private static func end(of child: ChildProcess, _ shown: Shown) async -> ChildProcess.Exit {
    let result = await child.result()
    shown.isOver = true
    return result.exit
  }

  /// A program that is linked statically has no runtime beside it that could report.
  private static var reportsCrashes: Bool { Environment.value("GITLAB_WECOM_PROGRAM") == nil }

  /// Crashes while a request is under way, with the runtime's own report of crashes switched on.
  @Test(arguments: [(SIGSEGV, Endpoint.events), (SIGABRT, .wecomSend)])
  func `47, 48 and 102: a crash shows no secret and leaves no core`(
    _ signal: Int32,
    _ endpoint: Endpoint
  ) async throws {
    let installation = try Installation()
    try await installation.run("run")
    installation.push("one")
    let asked = installation.sandbox.log.counts[endpoint, default: 0]
    installation.sandbox.add(Fault(.instead(.stall), at: [endpoint]))
    let shown = Shown()
    let child = try installation.start(
      ["run", "--verbose"],
      environment: ["SWIFT_BACKTRACE": "enable=yes,sanitize=no,registers=all"],
      onOutput: { _, bytes in shown.append(bytes) }
    )
    try await wait { installation.sandbox.log.counts[endpoint, default: 0] > asked }
    child.send(signal: signal)
    async let ending = Self.end(of: child, shown)
    if Self.reportsCrashes {
      // The report comes first; then the signal may have to come again to have its usual effect.
      try await wait { shown.text.contains("Backtrace took") || shown.isOver }
      #expect(shown.text.contains("*** Program crashed: "))
      child.send(signal: signal)
    }
    #expect(await ending == .signal(signal))
    let text = shown.text
    #expect(!text.contains(Sandbox.token) && !text.contains(Sandbox.key), "\(text)")
    let names = try FileManager.default.contentsOfDirectory(atPath: installation.folder)
    #expect(names.sorted() == ["config.toml", "state"])
  }
}
