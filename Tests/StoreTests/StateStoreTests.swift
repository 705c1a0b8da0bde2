import Glibc
import Testing

@testable import Store

@Suite struct StateStoreTests {
  @Test func `a first start finds nothing, and the next one what was stored`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    #expect(try store.lock(now: 1) == .acquired)
    let first = try store.load(rebuild: Ledger.rebuild)
    #expect(first.checkpoint == nil && first.records.isEmpty)
    #expect(first.generation == 0 && first.recovery == .none)
    let records = ["{\"a\":1}", "{\"text\":\"  空格 \"}"].map { Array($0.utf8) }
    try store.append(records, durably: true)
    try store.append([], durably: true)
    store.close()

    let second = try folder.load()
    #expect(second.records == records && second.checkpoint == nil)
    #expect(try folder.mode("state") == 0o700)
    for name in try folder.names("state") { #expect(try folder.mode("state/\(name)") == 0o600) }
  }

  @Test func `a checkpoint takes the place of its records and keeps one generation back`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    #expect(try store.lock(now: 1) == .acquired)
    _ = try store.load(rebuild: Ledger.rebuild)
    var ledger = Ledger()
    for number in 1...4 {
      let record = Array("{\"number\":\(number)}".utf8)
      try store.append([record], durably: false)
      ledger.take(record)
      try store.checkpoint(ledger.json)
    }
    store.close()
    #expect(
      try folder.names("state") == [
        "journal.3", "journal.4", "lock", "state.json", "state.json.prev",
      ]
    )
    let state = try folder.load()
    #expect(state.checkpoint == Checkpoint(schema: 1, bytes: ledger.json) && state.generation == 4)
    #expect(state.records.isEmpty)
  }

  @Test func `the files are text that people and tools can read`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    #expect(try store.lock(now: 1_795_510_512_345) == .acquired)
    _ = try store.load { _, _ in Array("{\"sum\":1}".utf8) }
    try store.append([Array("{\"add\":1}".utf8)], durably: true)
    try store.checkpoint(Array("{\"sum\":1}".utf8))
    try store.append([Array("{\"add\":2}".utf8), Array("{\"add\":3}".utf8)], durably: true)
    try store.append([Array("{\"add\":4}".utf8)], durably: true)
    let directory = store.folder
    func text(_ name: String) throws -> String {
      guard case .bytes(let bytes) = try directory.read(name) else { return "" }
      return String(decoding: bytes.filter { $0 != JournalContent.filler }, as: UTF8.self)
    }
    #expect(
      try text("state.json")
        == "{\"checksum\":\"b74cdf43c4875f64\",\"generation\":1,\"schema\":1,\"state\":{\"sum\":1}}\n"
    )
    #expect(
      try text("journal.1") == """
        {"c":"ce61a616320ca5f6","n":0,"end":0,"synced":0,"r":{"generation":1,"state":\
        {"checksum":"b74cdf43c4875f64","length":76}}}
        {"c":"c042b350be019b8d","n":1,"end":2,"synced":0,"r":{"add":2}}
        {"c":"f60904b97c1553a6","n":2,"end":2,"synced":0,"r":{"add":3}}
        {"c":"1272d83762f4b213","n":3,"end":3,"synced":2,"r":{"add":4}}

        """
    )
    #expect(try text("lock") == "\(getpid()) 1795510512345\n")
  }

  @Test(arguments: ["README", "README.md", ".gitignore", "lost+found", "lock", "state.json.new"])
  func `25 a first start bears what a folder may hold`(_ name: String) throws {
    let folder = try TemporaryFolder()
    unsafe mkdir(folder.state, 0o755)
    close(unsafe open("\(folder.state)/\(name)", O_WRONLY | O_CREAT, 0o644))
    let state = try folder.load()
    #expect(state.checkpoint == nil && state.records.isEmpty)
    #expect(try folder.names("state").contains("state.json.new") == false)
  }

  @Test func `25 a folder of other files is no new start`() throws {
    let folder = try TemporaryFolder()
    unsafe mkdir(folder.state, 0o700)
    close(unsafe open("\(folder.state)/state.json.bak", O_WRONLY | O_CREAT, 0o600))
    #expect(throws: StoreError.foreign(path: folder.state, name: "state.json.bak")) {
      try folder.load()
    }
    #expect(try folder.names("state") == ["lock", "state.json.bak"])
  }

  @Test func `23 24 a newer schema is refused, an older one handed over`() throws {
    let folder = try TemporaryFolder()
    try folder.fill()
    #expect(try folder.load(schema: 3).checkpoint?.schema == 1)
    let newer = try folder.open(schema: 0)
    #expect(try newer.lock(now: 0) == .acquired)
    let path = "\(folder.state)/state.json"
    #expect(throws: StoreError.newerSchema(path: path, found: 1, supported: 0)) {
      try newer.load(rebuild: Ledger.rebuild)
    }
    // Migrated, and written in the new schema.
    newer.close()
    let store = try folder.open(schema: 2)
    #expect(try store.lock(now: 0) == .acquired)
    let state = try store.load(rebuild: Ledger.rebuild)
    try store.checkpoint(try Ledger(state).json)
    store.close()
    #expect(try folder.load(schema: 2).checkpoint?.schema == 2)
    // Its copy is recovered from the older one.
    unsafe unlink(path)
    #expect(try folder.load(schema: 2).recovery == .fromPrevious(reason: "it is missing"))
  }

  @Test(arguments: ["state.json", "state.json.prev", "journal.0", "journal.1"])
  func `27 links, folders and pipes in place of files are never followed nor waited for`(
    _ name: String
  ) throws {
    for kind in ["link", "folder", "fifo", "dangling"] {
      let folder = try TemporaryFolder()
      try folder.fill()
      let path = "\(folder.state)/\(name)"
      // What the link leads to is right, and is still not taken.
      unsafe rename(path, "\(folder.path)/moved")
      switch kind {
      case "link": unsafe symlink("\(folder.path)/moved", path)
      case "dangling": unsafe symlink("nothing", path)
      case "folder": unsafe mkdir(path, 0o700)
      default: unsafe mkfifo(path, 0o600)
      }
      do {
        let state = try folder.load()
        #expect(try Ledger(state).count == 3, "\(name) \(kind)")
        #expect(name != "journal.1")
      } catch let error as StoreError {
        #expect(name == "journal.1" || kind == "folder", "\(name) \(kind): \(error)")
        #expect([65, 74].contains(error.exitCode))
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func `27 folders and links of other users are refused`() throws {
    let folder = try TemporaryFolder()
    try folder.fill()
    unsafe chown(folder.state, 12345, 0)
    #expect(
      throws: StoreError.insecure(
        path: folder.state,
        reason: "it belongs to user 12345, and this is user 0; run as its owner"
      )
    ) { try folder.open() }
    unsafe chown(folder.state, 0, 0)
    let link = "\(folder.path)/link"
    unsafe symlink(folder.state, link)
    _ = try StateStore.open(directory: link, schema: 1)
    unsafe lchown(link, 12345, 0)
    #expect(
      throws: StoreError.insecure(
        path: link,
        reason: "it is a link that belongs to user 12345; name the folder itself"
      )
    ) { try StateStore.open(directory: link, schema: 1) }
  }

  @Test(arguments: [0o770, 0o702, 0o777] as [mode_t])
  func `27 a folder that others may write to is refused`(_ mode: mode_t) throws {
    let folder = try TemporaryFolder()
    unsafe mkdir(folder.state, 0o700)
    unsafe chmod(folder.state, mode)
    #expect(
      throws: StoreError.insecure(
        path: folder.state,
        reason: "others may write to it; run: chmod go-w \"\(folder.state)\""
      )
    ) { try folder.open() }
  }

  @Test func `16 a folder that cannot be is told`() throws {
    let folder = try TemporaryFolder()
    let below = "\(folder.path)/none/state"
    #expect(throws: StoreError.cannotCreate(path: below, code: ENOENT)) {
      try StateStore.open(directory: below, schema: 1)
    }
    let file = "\(folder.path)/file"
    close(unsafe open(file, O_WRONLY | O_CREAT, 0o600))
    #expect(throws: StoreError.cannotCreate(path: file, code: ENOTDIR)) {
      try StateStore.open(directory: file, schema: 1)
    }
    #expect(throws: StoreError.cannotCreate(path: folder.state, code: ENOENT)) {
      try StateStore.openExisting(directory: folder.state, schema: 1)
    }
  }

  @Test func `6 leftovers of ours are swept, and nothing else`() throws {
    let folder = try TemporaryFolder()
    try folder.fill()
    let leftovers = ["state.json.new", "state.json.prev.new", "journal.2.new", "journal.7.new"]
    let kept = ["notes.new", "journal.x", "journal.01", "state.json.bak", "journal.1.bak"]
    for name in leftovers + kept {
      close(unsafe open("\(folder.state)/\(name)", O_WRONLY | O_CREAT, 0o600))
    }
    _ = try folder.load()
    let names = try folder.names("state")
    #expect(names == (kept + ["journal.0", "journal.1", "lock", "state.json"]).sorted())
  }

  @Test func `a state is read while a pass writes it`() async throws {
    let folder = try TemporaryFolder()
    try folder.fill()
    let store = try folder.open()
    #expect(try store.lock(now: 0) == .acquired)
    var ledger = try Ledger(store.load(rebuild: Ledger.rebuild))
    let path = folder.state
    async let counts: [Int] = {
      let reader = try StateStore.openExisting(directory: path, schema: 1)
      return try (0..<200).map { _ in try Ledger(reader.peek(rebuild: Ledger.rebuild)).count }
    }()
    for number in 0..<300 {
      let record = Array("{\"number\":\(number)}".utf8)
      try store.append([record, record], durably: false)
      ledger.take(record)
      ledger.take(record)
      if number % 7 == 0 { try store.checkpoint(ledger.json) }
    }
    let seen = try await counts
    #expect(seen == seen.sorted())
    // Groups are seen whole.
    #expect(seen.allSatisfy { $0 % 2 == 1 })
    let before = try folder.names("state")
    let reader = try StateStore.openExisting(directory: path, schema: 1)
    #expect(try Ledger(reader.peek(rebuild: Ledger.rebuild)) == ledger)
    #expect(try folder.names("state") == before)
  }

  @Test func `11 a limit on the size of files is told as one`() throws {
    let error = StoreError.cannotWrite(path: "s/journal.1", code: EFBIG)
    #expect(
      error.description
        == "the state cannot be written: \"s/journal.1\": the limit of a file's size is reached; "
        + "raise the limit (ulimit -f)"
    )
  }

  @Test(arguments: [
    (
      StoreError.cannotCreate(path: "s", code: EROFS), 73 as Int32,
      "the state cannot be created: \"s\": the file system is read-only; mount it writable or name "
        + "another state directory"
    ),
    (
      .cannotWrite(path: "s/state.json.new", code: ENOSPC), 74,
      "the state cannot be written: \"s/state.json.new\": no space left on device; free some space "
        + "or inodes"
    ),
    (
      .cannotRead(path: "s/state.json", code: EIO), 74,
      "the state cannot be read: \"s/state.json\": input/output error; check the disk"
    ),
    (
      .insecure(path: "s", reason: "others may write to it; run: chmod go-w \"s\""), 73,
      "the state directory \"s\" is not safe: others may write to it; run: chmod go-w \"s\""
    ),
    (
      .damaged(path: "s/journal.3", reason: "its end is missing"), 65,
      "the state is damaged: \"s/journal.3\": its end is missing; restore the whole directory from a "
        + "backup, or run \"gitlab-wecom baseline\" to go on from how GitLab stands now"
    ),
    (
      .foreign(path: "s", name: "notes"), 65,
      "the state directory \"s\" holds \"notes\" but no state; restore the state, or name an empty "
        + "directory, or run \"gitlab-wecom baseline\" to go on from how GitLab stands now"
    ),
    (
      .newerSchema(path: "s/state.json", found: 3, supported: 2), 65,
      "the state \"s/state.json\" was written by a newer gitlab-wecom: its schema is 3, this program "
        + "knows up to 2; use the newer program, or restore the directory from before the upgrade"
    ),
    (
      .stopped(path: "s/journal.3"), 74,
      "the state is not written any more: an earlier write to \"s/journal.3\" failed; the next start "
        + "goes on from what reached the disk"
    ),
  ])
  func `each error says what, to what, and what to do`(
    _ error: StoreError,
    _ exitCode: Int32,
    _ text: String
  ) {
    #expect(error.description == text)
    #expect(error.exitCode == exitCode)
  }
}
