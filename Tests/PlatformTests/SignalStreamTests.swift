import Glibc
import Testing

@testable import Platform

@Suite struct SignalStreamTests {
  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func `37 a first signal is an event and ends nothing`(_ number: Int32) async {
    await #expect(processExitsWith: .success) { [number = number as Int32] in
      let signals = try SignalStream()
      kill(getpid(), number)
      var iterator = signals.makeAsyncIterator()
      let signal = await iterator.next()
      #expect(signal?.rawValue == number && signal?.exitCode == 128 + number)
    }
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `37 a second signal ends the process with its number`(_ number: Int32) async {
    await #expect(processExitsWith: .exitCode(128 + number)) { [number = number as Int32] in
      let signals = try SignalStream(sameWishWithin: 0)
      kill(getpid(), number)
      var iterator = signals.makeAsyncIterator()
      _ = await iterator.next()
      kill(getpid(), number)
      while true { pause() }
    }
  }

  @Test func `37 the same wish sent twice at once is one`() async {
    await #expect(processExitsWith: .success) {
      let signals = try SignalStream(sameWishWithin: .max)
      kill(getpid(), SIGTERM)
      var iterator = signals.makeAsyncIterator()
      _ = await iterator.next()
      kill(getpid(), SIGTERM)
      kill(getpid(), SIGHUP)
      try await SystemTime().sleep(milliseconds: 20)
    }
  }

  @Test func `37 a closed terminal never forces`() async {
    await #expect(processExitsWith: .success) {
      let signals = try SignalStream(sameWishWithin: 0)
      kill(getpid(), SIGHUP)
      var iterator = signals.makeAsyncIterator()
      _ = await iterator.next()
      kill(getpid(), SIGHUP)
      try await SystemTime().sleep(milliseconds: 20)
    }
  }

  @Test func `a signal that was ignored at the start stays ignored`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGHUP, SIG_IGN)
      let signals = try SignalStream()
      kill(getpid(), SIGHUP)
      kill(getpid(), SIGTERM)
      var iterator = signals.makeAsyncIterator()
      #expect(await iterator.next() == .terminate)
    }
  }
}
