import Configuration
import Glibc
import Sandbox
import SweepSupport
import Synchronization
import Testing

@testable import Bridge

/// The disk fails under whole passes: at each call, with each error, and for want of space.
@Suite struct DiskFaultTests {
  /// Lets the n-th call fail, once or for ever, and counts them.
  private final class Failing: Sendable {
    private struct State {
      var calls = 0
      var isStruck = false
    }

    private let state = Mutex(State())
    private let call: Int
    private let code: Int32
    private let isForever: Bool

    init(call: Int, code: Int32, isForever: Bool) {
      self.call = call
      self.code = code
      self.isForever = isForever
    }

    var calls: Int { state.withLock { $0.calls } }
    var isStruck: Bool { state.withLock { $0.isStruck } }

    func next() -> Int32? {
      state.withLock { state in
        state.calls += 1
        guard state.calls == call || isForever && state.calls > call else { return nil }
        state.isStruck = true
        return code
      }
    }
  }

  /// Whether these are the files of a state of one or more checkpoints, and no other.
  private static func isWhole(_ names: [String]) -> Bool {
    let journals = names.compactMap { name in
      name.hasPrefix("journal.") ? Int(name.dropFirst("journal.".count)) : nil
    }.sorted()
    let others = names.filter { !$0.hasPrefix("journal.") }
    return journals.count == 2 && journals[0] + 1 == journals[1]
      && (others == ["lock", "state.json", "state.json.prev"]
        || journals == [0, 1] && others == ["lock", "state.json"])
  }

  private static let doubt =
    "could not be noted as posted, and may be posted once more at the next start"

  /// A scene whose next pass has a little of everything to do.
  private func scene() async -> SweepScene {
    let scene = SweepScene()
    await scene.pass()
    scene.mark = scene.sandbox.webhooks.last?.sequence ?? 0
    scene.push(0)
    scene.push(1)
    scene.breakBuild(0)
    return scene
  }

  @Test(arguments: [ENOSPC, EIO, EDQUOT, EROFS, EACCES, EMFILE, EFBIG], [false, true])
  func `9 to 16 and 30 a failing call loses nothing, and is told by the exit code`(
    _ code: Int32,
    _ isForever: Bool
  ) async throws {
    var call = 1
    var doubles = 0
    var (doubts, rescues) = (0, 0)
    let scene = await scene()
    let moment = scene.moment()
    while true {
      scene.restore(moment)
      let failing = Failing(call: call, code: code, isForever: isForever)
      scene.failure = { failing.next() }
      let report = await scene.pass()
      guard failing.isStruck else { break }
      let place = Comment("call \(call): exit \(report.exitCode), \(report.sayings)")
      // A call that does not matter, such as the removal of a leftover, may fail unsaid.
      #expect([.ok, .cannotCreate, .cannotWrite].contains(report.exitCode), place)
      #expect(scene.disk.openHandles == 0, place)
      let told = scene.judge()
      #expect(told.problems.isEmpty, "\(told.problems), \(place)")

      scene.failure = { nil }
      let next = await scene.pass()
      #expect(next.exitCode == .ok, "\(next.sayings), \(place)")
      // An outcome that cannot be written, by no way, is the accident of that one message.
      let verdict = scene.judge(kills: isForever ? 1 : 0)
      #expect(verdict.isClean, "\(verdict), \(place)")
      doubles += verdict.doubles
      let saysDoubt = report.sayings.contains { $0.text.hasSuffix(Self.doubt) }
      #expect(saysDoubt || verdict.doubles == 0, place)
      if saysDoubt { doubts += 1 }
      if report.sayings.contains(where: { $0.event == "state.rescued" }) { rescues += 1 }
      #expect(Self.isWhole(scene.disk.content.fileNames), place)
      call += 1
    }
    #expect(call > 60)
    // Four posts, each with the write and the sync of its outcome. What was written but not synced
    // is still there for the next start, as long as the machine does not lose its power.
    #expect(doubles == (isForever ? 4 : 0))
    #expect(doubts == (isForever ? 8 : 0))
    #expect(rescues == (isForever ? 0 : 8))
  }

  @Test func `9 and 10 a full disk loses nothing and doubles nothing, whatever room is left`() async
  {
    var room = 0
    var refused = 0
    let scene = await scene()
    let moment = scene.moment()
    while true {
      scene.restore(moment)
      scene.disk.limit(toBytes: scene.disk.content.size + room)
      let report = await scene.pass()
      let place = Comment("\(room) bytes left: exit \(report.exitCode), \(report.sayings)")
      #expect([.ok, .cannotCreate, .cannotWrite].contains(report.exitCode), place)
      #expect(scene.disk.openHandles == 0, place)
      scene.disk.limit(toBytes: nil)
      let next = await scene.pass()
      #expect(next.exitCode == .ok, "\(next.sayings), \(place)")
      let verdict = scene.judge(kills: 0)
      #expect(verdict.isClean && verdict.doubles == 0, "\(verdict), \(place)")
      #expect(Self.isWhole(scene.disk.content.fileNames), place)
      guard report.exitCode != .ok else { break }
      refused += 1
      room += 400
    }
    #expect(refused > 20)
  }

  @Test func `9 a disk that is full from the first post on doubles nothing`() async {
    var refused = 0
    // Longer texts move the place at which the journal has to grow over all posts of the pass.
    for length in stride(from: 0, to: 960, by: 40) {
      let scene = SweepScene()
      scene.configuration.backfill.digestAbove = nil
      await scene.pass()
      scene.mark = scene.sandbox.webhooks.last?.sequence ?? 0
      let note = " " + String(repeating: "x", count: length)
      for _ in 0..<12 { scene.push(0, note: note) }
      let (sandbox, disk) = (scene.sandbox, scene.disk)
      scene.failure = {
        if !sandbox.received.isEmpty { disk.limit(toBytes: 0) }
        return nil
      }
      let report = await scene.pass()
      let place = Comment("\(length) bytes more: exit \(report.exitCode)")
      if !scene.judge(kills: 0).missing.isEmpty { refused += 1 }
      scene.failure = { nil }
      disk.limit(toBytes: nil)
      let next = await scene.pass()
      #expect(next.exitCode == .ok, "\(next.sayings), \(place)")
      let verdict = scene.judge(kills: 0)
      #expect(verdict.isClean && verdict.doubles == 0, "\(verdict), \(place)")
    }
    // Otherwise the journal never had to grow after the first post, and nothing was tried.
    #expect(refused > 0)
  }
}
