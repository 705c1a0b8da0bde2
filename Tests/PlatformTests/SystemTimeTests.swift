import Glibc
import Testing

@testable import Platform

@Suite struct SystemTimeTests {
  @Test func `the clocks run and name their boot`() {
    let time = SystemTime()
    #expect(time.wallMilliseconds() > 1_700_000_000_000)
    let first = time.bootMilliseconds()
    #expect(first > 0 && time.bootMilliseconds() >= first)
    #expect(time.bootID.utf8.count == 36 && time.bootID == SystemTime().bootID)
  }

  @Test func `a sleep lasts at least as long as asked`() async throws {
    let time = SystemTime()
    let start = time.bootMilliseconds()
    try await time.sleep(milliseconds: 15)
    #expect(time.bootMilliseconds() - start >= 14)
    try await time.sleep(milliseconds: -5)
  }

  @Test(.timeLimit(.minutes(15)))
  func `a cancelled task does not sleep, nor does one cancelled before`() async {
    let task = Task {
      await #expect(throws: CancellationError.self) {
        try await SystemTime().sleep(milliseconds: 1_000_000)
      }
      await #expect(throws: CancellationError.self) {
        try await SystemTime().sleep(milliseconds: 1_000_000)
      }
    }
    task.cancel()
    await task.value
  }
}
