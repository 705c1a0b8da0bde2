import Glibc
import Synchronization
import Testing

@testable import Platform

@Suite(.timeLimit(.minutes(15))) struct ChildProcessTests {
  private func shell(_ script: String, input: [UInt8] = []) async throws -> ChildProcess.Result {
    try await ChildProcess.run(.init("/bin/sh", ["-c", script], input: input))
  }

  @Test func `output, errors and the exit code come back apart`() async throws {
    let result = try await shell("echo out; echo err >&2; exit 7")
    #expect(result.outputText == "out\n" && result.errorText == "err\n")
    #expect(result.exit == .code(7))
  }

  @Test func `a signal is told from an exit code`() async throws {
    #expect(try await shell("kill -9 $$").exit == .signal(SIGKILL))
    #expect(try await shell("exit 137").exit == .code(137))
  }

  @Test func `a large input and a large output do not wait for each other`() async throws {
    let input = [UInt8](repeating: 0x61, count: 3_000_000)
    let result = try await ChildProcess.run(.init("/bin/cat", input: input))
    #expect(result.output == input && result.exit == .code(0))
  }

  @Test func `a child that does not read its input does no harm`() async throws {
    let input = [UInt8](repeating: 0x61, count: 3_000_000)
    let result = try await ChildProcess.run(.init("/bin/true", input: input))
    #expect(result.exit == .code(0))
  }

  @Test func `environment and folder are the given ones alone`() async throws {
    let result = try await ChildProcess.run(
      .init("/usr/bin/env", environment: ["A": "1=2"], folder: "/")
    )
    #expect(result.outputText == "A=1=2\n")
    let folder = try await ChildProcess.run(.init("/bin/pwd", folder: "/usr"))
    #expect(folder.outputText == "/usr\n")
  }

  @Test func `without a given one the environment is our own`() async throws {
    let result = try await ChildProcess.run(.init("/usr/bin/env"))
    #expect(result.outputText.contains("PATH="))
  }

  @Test func `a program or a folder that is missing is an error`() async {
    await #expect(throws: SystemError(ENOENT)) { try await ChildProcess.run(.init("/no/such")) }
    await #expect(throws: SystemError(ENOENT)) {
      try await ChildProcess.run(.init("/bin/true", folder: "/no/such"))
    }
    await #expect(throws: SystemError(EACCES)) { try await ChildProcess.run(.init("/etc/passwd")) }
  }

  @Test func `38 signals that we ignore are not ignored in a child`() async {
    await #expect(processExitsWith: .success) {
      Hardening.apply()
      let result = try await ChildProcess.run(.init("/bin/sh", ["-c", "kill -PIPE $$"]))
      #expect(result.exit == .signal(SIGPIPE))
    }
  }

  @Test func `a child can be signalled while it runs, and safely afterwards`() async throws {
    let child = try ChildProcess.start(.init("/bin/sh", ["-c", "exec sleep 1000"]))
    child.send(signal: SIGTERM)
    let result = await child.result()
    #expect(result.exit == .signal(SIGTERM))
    child.send(signal: SIGKILL)
    #expect(await child.result() == result)
  }

  @Test func `output arrives while the child runs`() async throws {
    let pieces = AsyncStream.makeStream(of: String.self)
    let child = try ChildProcess.start(
      .init("/bin/sh", ["-c", "echo ready; exec sleep 1000"]) { stream, bytes in
        if stream == .output { pieces.continuation.yield(String(decoding: bytes, as: UTF8.self)) }
      }
    )
    var iterator = pieces.stream.makeAsyncIterator()
    #expect(await iterator.next() == "ready\n")
    child.send(signal: SIGKILL)
    #expect(await child.result().exit == .signal(SIGKILL))
  }

  @Test func `a grandchild that keeps the output open is not waited for`() async throws {
    let result = try await shell("sleep 1000 & echo $!")
    let grandchild = try #require(Int32(result.outputText.dropLast()))
    kill(grandchild, SIGKILL)
    #expect(result.exit == .code(0))
  }

  @Test func `more children than there are cores run at once`() async throws {
    try await withThrowingTaskGroup(of: Int32.self) { group in
      for number in 0..<20 {
        group.addTask {
          let result = try await ChildProcess.run(.init("/bin/sh", ["-c", "exit \(number)"]))
          guard case .code(let code) = result.exit else { return -1 }
          return code
        }
      }
      var codes: Set<Int32> = []
      for try await code in group { codes.insert(code) }
      #expect(codes == Set(0..<20))
    }
  }
}
