import Glibc
import Platform
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(15))) struct LockTests {
  @Test func `33 the second is told who has the lock and since when`() throws {
    let folder = try TemporaryFolder()
    let first = try folder.open()
    let second = try folder.open()
    #expect(second.holder() == nil)
    #expect(try first.lock(now: 1234) == .acquired)
    let holder = StateStore.Holder(processID: getpid(), since: 1234)
    #expect(try second.lock(now: 5678) == .busy(holder))
    #expect(second.holder() == holder)
    // Asking changes nothing for the one who has it.
    #expect(try first.lock(now: 9) == .acquired)
    first.close()
    #expect(second.holder() == nil)
    #expect(try second.lock(now: 5678) == .acquired)
  }

  @Test func `33 46 of many starts at once exactly one works`() async throws {
    let folder = try TemporaryFolder()
    for _ in 0..<5 {
      let path = folder.state
      let stores = try (0..<50).map { _ in try StateStore.open(directory: path, schema: 1) }
      let acquired = try await withThrowingTaskGroup(of: Bool.self) { group in
        for store in stores { group.addTask { try store.lock(now: 0) == .acquired } }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(acquired == 1)
      for store in stores { store.close() }
    }
  }

  @Test func `34 the lock of a killed process is free at once`() async throws {
    let folder = try TemporaryFolder()
    try folder.fill()
    let lock = "\(folder.state)/lock"
    let child = try ChildProcess.start(.init("/usr/bin/flock", [lock, "/bin/sleep", "1000"]))
    defer { child.send(signal: SIGKILL) }
    let store = try folder.open()
    while store.holder() == nil { await Task.yield() }
    guard case .busy = try store.lock(now: 0) else {
      Issue.record("the child has the lock")
      return
    }
    // flock's own child inherits the lock: both must go.
    let children = try Files.read(
      "/proc/\(child.id)/task/\(child.id)/children",
      limit: 100
    ).bytes
    child.send(signal: SIGKILL)
    for id in String(decoding: children, as: UTF8.self).split(separator: " ") {
      kill(try #require(Int32(id)), SIGKILL)
    }
    _ = await child.result()
    while store.holder() != nil { await Task.yield() }
    #expect(try store.lock(now: 0) == .acquired)
  }

  @Test func `35 a lock file that is removed while it is held does not make two holders`() throws {
    let folder = try TemporaryFolder()
    let first = try folder.open()
    #expect(try first.lock(now: 1) == .acquired)
    unsafe unlink("\(folder.state)/lock")
    let second = try folder.open()
    #expect(try second.lock(now: 2) == .busy(nil))
    first.close()
    #expect(try second.lock(now: 2) == .acquired)
  }

  @Test(arguments: ["", "rubbish", "12 34", "12 34 56\n", "-\n", "x 5\n", "\0\0\0"])
  func `a damaged lock file harms nobody`(_ text: String) throws {
    let folder = try TemporaryFolder()
    unsafe mkdir(folder.state, 0o700)
    try FileReplacement.write(path: "\(folder.state)/lock", bytes: Array(text.utf8))
    let lock = unsafe open("\(folder.state)/lock", O_RDONLY | O_CLOEXEC)
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    let store = try folder.open()
    #expect(try store.lock(now: 0) == .busy(nil))
    #expect(store.holder() == StateStore.Holder(processID: 0, since: 0))
    close(lock)
    #expect(try store.lock(now: 0) == .acquired)
  }

  @Test func `27 a lock that is no file is refused without waiting`() throws {
    for kind in ["link", "folder", "fifo"] {
      let folder = try TemporaryFolder()
      unsafe mkdir(folder.state, 0o700)
      let path = "\(folder.state)/lock"
      switch kind {
      case "link": unsafe symlink("elsewhere", path)
      case "folder": unsafe mkdir(path, 0o700)
      default: unsafe mkfifo(path, 0o600)
      }
      let store = try folder.open()
      let code = kind == "link" ? ELOOP : EISDIR
      #expect(throws: StoreError.cannotCreate(path: path, code: code)) { try store.lock(now: 0) }
      #expect(try folder.names(".") == ["state"])
    }
  }
}
