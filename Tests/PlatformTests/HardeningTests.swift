import Glibc
import Testing

@testable import Platform

@Suite struct HardeningTests {
  @Test func `38 a write to a pipe without a reader is an outcome`() async {
    await #expect(processExitsWith: .success) {
      var ends: [Int32] = [0, 0]
      unsafe pipe(&ends)
      close(ends[0])
      dup2(ends[1], 1)
      #expect(StandardStream.output.write("x") == .closed)
    }
  }

  @Test func `39 a full disk is an outcome`() async {
    await #expect(processExitsWith: .success) {
      let full = unsafe open("/dev/full", O_WRONLY)
      dup2(full, 1)
      #expect(StandardStream.output.write("x") == .failed(SystemError(ENOSPC)))
      close(1)
      #expect(StandardStream.output.write("x") == .failed(SystemError(EBADF)))
    }
  }

  @Test func `15 a slow reader of a pipe that does not block gets every byte`() async {
    await #expect(processExitsWith: .success) {
      var ends: [Int32] = [0, 0]
      unsafe pipe(&ends)
      let flags = fcntl(ends[1], F_GETFL)
      #expect(fcntl(ends[1], F_SETFL, flags | O_NONBLOCK) == 0)
      dup2(ends[1], 1)
      close(ends[1])
      let reader = ends[0]
      let counts = AsyncStream.makeStream(of: Int.self)
      try Thread.start {
        var total = 0
        var block = [UInt8](repeating: 0, count: 1000)
        while total < 1_000_000 {
          let count = unsafe read(reader, &block, block.count)
          guard count > 0 else { break }
          total += count
        }
        counts.continuation.yield(total)
      }
      let bytes = [UInt8](repeating: 0x61, count: 1_000_000)
      #expect(StandardStream.output.write(bytes) == .written)
      var iterator = counts.stream.makeAsyncIterator()
      #expect(await iterator.next() == 1_000_000)
    }
  }

  @Test func `39 missing standard streams are opened on the null device`() async {
    await #expect(processExitsWith: .success) {
      close(0)
      close(2)
      Hardening.apply()
      let next = unsafe open("/dev/null", O_RDONLY)
      #expect(next > 2)
      #expect(StandardStream.error.write("x") == .written)
    }
  }

  @Test func `48 no core is dumped and no memory shown`() async {
    await #expect(processExitsWith: .success) {
      Hardening.apply()
      var limit = rlimit()
      unsafe getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
      #expect(limit.rlim_cur == 0 && limit.rlim_max == 0)
      #expect(Hardening.isDumpable == false)
      #expect(umask(0) == 0o077)
      // What is needed later is still there.
      #expect(Executable.path != nil)
    }
  }

  @Test func `11 a file over the limit of its size is an error, not a signal`() async {
    await #expect(processExitsWith: .success) {
      Hardening.apply()
      var limit = rlimit(rlim_cur: 10, rlim_max: 10)
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let path = "/tmp/fsize-test-\(getpid())"
      let handle = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
      unsafe unlink(path)
      let bytes = [UInt8](repeating: 1, count: 20)
      #expect(unsafe write(handle, bytes, 20) == 10)
      #expect(unsafe write(handle, bytes, 20) == -1 && errno == EFBIG)
    }
  }
}
