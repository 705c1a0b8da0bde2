import Glibc
import Platform
import Testing

@testable import Store

@Suite struct FileReplacementTests {
  @Test func `104 a file is replaced whole, with its mode whatever the umask`() async {
    await #expect(processExitsWith: .success) {
      umask(0o077)
      let folder = try TemporaryFolder()
      let path = "\(folder.path)/bridge.prom"
      for text in ["first", "the second and longer one", ""] {
        try FileReplacement.write(path: path, bytes: Array(text.utf8))
        #expect(try Files.read(path, limit: 100).bytes == Array(text.utf8))
        #expect(try folder.mode("bridge.prom") == 0o644)
      }
      #expect(try folder.names(".") == ["bridge.prom"])
    }
  }

  @Test func `104 a name without a folder is a file here, and a link is replaced`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      unsafe chdir(folder.path)
      unsafe symlink("victim", "bridge.prom")
      unsafe symlink("victim", "bridge.prom.new")
      try FileReplacement.write(path: "bridge.prom", bytes: [1], mode: 0o600)
      #expect(try folder.mode("bridge.prom") == 0o600)
      #expect(try folder.names(".") == ["bridge.prom"])
    }
  }

  @Test func `104 a folder that is missing is told`() {
    #expect(throws: StoreError.cannotCreate(path: "/no/such/bridge.prom", code: ENOENT)) {
      try FileReplacement.write(path: "/no/such/bridge.prom", bytes: [])
    }
  }

  @Test(arguments: [EIO, ENOSPC, EROFS, EACCES])
  func `104 whatever fails, the old file stays and no other is left`(_ code: Int32) throws {
    var number = 1
    while true {
      let disk = ModelDisk()
      disk.put("bridge.prom", [1])
      disk.arm(.fails(code), at: number, counting: .allCalls)
      do throws(StoreError) {
        try FileReplacement.write(path: "/x/bridge.prom", bytes: [2], disk: disk)
        // The failure, if there was one, was of no consequence.
        #expect(disk.bytes("bridge.prom") == [2])
      } catch {
        #expect([73, 74].contains(error.exitCode))
        #expect(disk.bytes("bridge.prom") == [1])
      }
      #expect(disk.fileNames == ["bridge.prom"] && disk.openHandles == 0)
      if !disk.hasFailed { break }
      number += 1
    }
    #expect(number > 6)
  }
}
