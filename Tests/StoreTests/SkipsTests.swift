import Testing

@testable import Store

/// The note of passes that found the lock taken.
@Suite struct SkipsTests {
  private func skips(_ count: Int, saidAt: Int64? = nil) -> StateStore.Skips {
    var skips = StateStore.Skips()
    skips.count = count
    skips.saidAt = saidAt
    return skips
  }

  @Test func `it is written without the lock, read by all, and taken once`() throws {
    let folder = try TemporaryFolder()
    let pass = try folder.open()
    let other = try folder.open()
    #expect(try pass.lock(now: 1) == .acquired)
    #expect(pass.takeSkips() == skips(0))
    other.note(skips(12, saidAt: 1_795_478_400_000))
    #expect(other.skips() == skips(12, saidAt: 1_795_478_400_000))
    other.note(skips(3))
    #expect(try folder.open().skips() == skips(3))
    #expect(pass.takeSkips() == skips(3))
    #expect(pass.takeSkips() == skips(0))
    #expect(other.skips() == skips(0))
  }

  @Test func `a folder with such a note alone holds no state yet`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    store.note(skips(1))
    #expect(try store.lock(now: 1) == .acquired)
    let stored = try store.load { _, _ in [] }
    #expect(stored.checkpoint == nil)
    #expect(stored.records == [])
    #expect(store.takeSkips() == skips(1))
  }

  @Test(arguments: ["", "\n", "x", "1", "-1 -\n", "1 2 3\n", "99999999999999999999 -\n"])
  func `what is no such note counts nothing`(text: String) throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    let path = "\(folder.state)/skipped"
    try FileReplacement.write(path: path, bytes: Array(text.utf8), mode: 0o600)
    #expect(store.skips() == skips(0))
  }
}
