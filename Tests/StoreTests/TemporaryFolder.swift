import Glibc
import Testing

@testable import Store

/// A folder on the real disk, removed with all that is in it.
final class TemporaryFolder {
  let path: String
  var state: String { "\(path)/state" }

  init() throws {
    var template = Array("/tmp/store-test-XXXXXX".utf8CString)
    try #require(unsafe mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unsafe unlink(path)
      return
    }
    unsafe chmod(path, 0o700)
    if let handle = try? SystemDisk().openFolder(path) {
      for name in (try? SystemDisk().names(in: handle)) ?? [] { remove("\(path)/\(name)") }
      close(handle)
    }
    unsafe rmdir(path)
  }

  func mode(_ name: String) throws -> UInt32 {
    try SystemDisk().status(atPath: "\(path)/\(name)").mode
  }

  func names(_ name: String) throws -> [String] {
    let handle = try SystemDisk().openFolder("\(path)/\(name)")
    defer { close(handle) }
    return try SystemDisk().names(in: handle).sorted()
  }

  func open(schema: Int = 1) throws -> StateStore {
    try StateStore.open(directory: state, schema: schema)
  }

  /// A state with a checkpoint and two records after it.
  func fill() throws {
    let store = try open()
    #expect(try store.lock(now: 0) == .acquired)
    _ = try store.load(rebuild: Ledger.rebuild)
    let record = Array("{}".utf8)
    try store.append([record], durably: true)
    try store.checkpoint(try Ledger.rebuild(nil, [record]))
    try store.append([record, record], durably: true)
    store.close()
  }

  func load(schema: Int = 1) throws -> StoredState {
    let store = try open(schema: schema)
    defer { store.close() }
    #expect(try store.lock(now: 0) == .acquired)
    return try store.load(rebuild: Ledger.rebuild)
  }
}
