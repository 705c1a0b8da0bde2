import Glibc
import HTTP
import Sandbox
import Synchronization
import TestSupport
import Testing

@testable import Bridge

/// A stop is spoken while GitLab does not answer.
@Suite(.timeLimit(.minutes(15))) struct StopTests {
  /// Carries requests to a sandbox until one of them is never answered, when the stop is spoken.
  private final class StallingTransport: Transport {
    private let transport: any Transport
    private let stop: StopFlag
    private let stalled: Int
    private let reads = Mutex<[String]>([])

    /// `stalled` is the read, from 1, that is not answered.
    init(_ transport: any Transport, stalled: Int, stop: StopFlag) {
      self.transport = transport
      self.stalled = stalled
      self.stop = stop
    }

    /// The addresses read so far.
    var addresses: [String] { reads.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      guard request.method == .get else { return try await transport.send(request) }
      let number = reads.withLock { reads in
        reads.append(request.url)
        return reads.count
      }
      guard number == stalled else { return try await transport.send(request) }
      stop.set()
      // Until it is cancelled, however long that takes.
      await StopFlag().wait()
      throw .cancelled(wasSent: true)
    }
  }

  /// A scene with news of each kind, whose requests go out one by one.
  private func scene(portion: Int) async throws -> PassScene {
    let scene = PassScene()
    scene.settings.portion = portion
    scene.settings.concurrency = 1
    try await scene.pass()
    scene.push("news")
    scene.failBuild()
    // The selection is asked for anew, and the token.
    scene.clock.advance(milliseconds: 2 * 86_400_000)
    return scene
  }

  @Test(arguments: [1, 250])
  func `37 told to stop, a pass gives up what it reads at once and asks nothing more`(
    portion: Int
  ) async throws {
    let calm = try await scene(portion: portion)
    let counted = StallingTransport(calm.transport, stalled: .max, stop: StopFlag())
    calm.detour = counted
    try await calm.pass()
    let addresses = counted.addresses
    for part in ["metadata", "events", "commits", "pipelines", "jobs", "personal_access_tokens"] {
      #expect(addresses.contains { $0.contains(part) }, "\(part)")
    }
    for stalled in 1...addresses.count {
      let scene = try await scene(portion: portion)
      let transport = StallingTransport(scene.transport, stalled: stalled, stop: scene.stop)
      scene.detour = transport
      // Nobody cancels from outside: a pass that waited for the answer would never end.
      let report = try await scene.pass()
      let place = Comment("read \(stalled), \(addresses[stalled - 1]): \(report.sayings)")
      #expect(transport.addresses.count == stalled, place)
      #expect(report.exitCode == .ok, place)
      #expect(scene.sandbox.messages().isEmpty, place)

      scene.stop = StopFlag()
      scene.detour = nil
      #expect(try await scene.pass().exitCode == .ok, place)
      #expect(scene.told == calm.told, place)
    }
  }
}
