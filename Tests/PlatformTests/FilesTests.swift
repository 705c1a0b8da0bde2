import Glibc
import Testing

@testable import Platform

@Suite struct FilesTests {
  /// A folder of its own for each test.
  private final class Folder {
    let path: String

    init() throws {
      var template = Array("/tmp/files-test-XXXXXX".utf8CString)
      try #require(unsafe mkdtemp(&template) != nil)
      path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
      for name in ["file", "link", "loop", "fifo", "socket"] { unsafe unlink("\(path)/\(name)") }
      unsafe rmdir("\(path)/folder")
      unsafe rmdir(path)
    }

    func write(_ bytes: [UInt8], mode: mode_t = 0o600) throws {
      let handle = unsafe open("\(path)/file", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      try #require(handle >= 0)
      defer { close(handle) }
      try #require(unsafe Glibc.write(handle, bytes, bytes.count) == bytes.count)
      try #require(fchmod(handle, mode) == 0)
    }
  }

  @Test(arguments: [0, 1, 4095, 4096, 4097, 100_000])
  func `a file is read whole, up to its limit and no further`(_ count: Int) throws {
    let folder = try Folder()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    try folder.write(bytes)
    #expect(try Files.read("\(folder.path)/file", limit: count).bytes == bytes)
    #expect(try Files.read("\(folder.path)/file", limit: .max - 1).bytes == bytes)
    if count > 0 {
      let path = "\(folder.path)/file"
      #expect(throws: FileError.tooLarge(path: path, limit: count - 1)) {
        try Files.read(path, limit: count - 1)
      }
    }
  }

  @Test func `the mode tells who may read`() throws {
    let folder = try Folder()
    try folder.write([1], mode: 0o640)
    let closed = try Files.read("\(folder.path)/file", limit: 10)
    #expect(closed.mode == 0o640 && closed.owner == getuid())
    try folder.write([1], mode: 0o644)
    #expect(try Files.read("\(folder.path)/file", limit: 10).mode == 0o644)
  }

  @Test func `a file that tells no size is read all the same`() throws {
    #expect(try !Files.read("/proc/self/status", limit: 100_000).bytes.isEmpty)
    #expect(throws: FileError.tooLarge(path: "/proc/self/status", limit: 10)) {
      try Files.read("/proc/self/status", limit: 10)
    }
  }

  @Test func `what is no file is refused, without waiting`() throws {
    let folder = try Folder()
    let path = folder.path
    try #require(unsafe mkfifo("\(path)/fifo", 0o600) == 0)
    try #require(unsafe mkdir("\(path)/folder", 0o700) == 0)
    try #require(unsafe symlink("loop", "\(path)/loop") == 0)
    try folder.write([7])
    try #require(unsafe symlink("file", "\(path)/link") == 0)

    #expect(try Files.read("\(path)/link", limit: 1).bytes == [7])
    #expect(throws: FileError.notRegular(path: "\(path)/fifo")) {
      try Files.read("\(path)/fifo", limit: 1)
    }
    #expect(throws: FileError.notRegular(path: "/dev/zero")) {
      try Files.read("/dev/zero", limit: 1)
    }
    #expect(throws: FileError.isFolder(path: "\(path)/folder")) {
      try Files.read("\(path)/folder", limit: 1)
    }
    #expect(throws: FileError.notFound(path: "\(path)/nothing")) {
      try Files.read("\(path)/nothing", limit: 1)
    }
    #expect(throws: FileError.notFound(path: "\(path)/file/below")) {
      try Files.read("\(path)/file/below", limit: 1)
    }
    #expect(throws: FileError.failed(path: "\(path)/loop", SystemError(ELOOP))) {
      try Files.read("\(path)/loop", limit: 1)
    }
    #expect(Files.exists("\(path)/link") && !Files.exists("\(path)/loop"))
    #expect(Files.linkTarget("\(path)/link") == "file" && Files.linkTarget("\(path)/file") == nil)
  }

  @Test func `a socket is refused as no file`() throws {
    let folder = try Folder()
    let receiver = try Receiver(path: "\(folder.path)/socket")
    #expect(throws: FileError.notRegular(path: "\(folder.path)/socket")) {
      try Files.read("\(folder.path)/socket", limit: 1)
    }
    withExtendedLifetime(receiver) {}
  }

  @Test func `each error says what and why`() {
    let errors: [(FileError, String)] = [
      (.notFound(path: "token"), "cannot read \"token\": no such file"),
      (.notPermitted(path: "token"), "cannot read \"token\": this user may not read it"),
      (.isFolder(path: "token"), "cannot read \"token\": it is a folder, not a file"),
      (.notRegular(path: "token"), "cannot read \"token\": it is a pipe or a device, not a file"),
      (.tooLarge(path: "token", limit: 9), "cannot read \"token\": it is larger than 9 bytes"),
      (
        .failed(path: "token", SystemError(ELOOP)),
        "cannot read \"token\": too many levels of symbolic links"
      ),
      (.failed(path: "token", SystemError(EIO)), "cannot read \"token\": input/output error"),
    ]
    for (error, text) in errors { #expect(error.description == text) }
    #expect(FileError(path: "x", SystemError(EACCES)) == .notPermitted(path: "x"))
    #expect(SystemError(ENOSPC).description == "no space left on device")
  }

  @Test func `the program knows where it is`() throws {
    let path = try #require(Executable.path)
    #expect(Files.exists(path))
    let folder = try #require(Executable.folder)
    #expect(path.hasPrefix(folder + "/"))
    #expect(Executable.currentFolder?.first == "/")
  }
}
