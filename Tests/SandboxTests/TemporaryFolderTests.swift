import FoundationEssentials
import TestSupport
import Testing

@Suite(.temporaryFolder) struct TemporaryFolderTests {
  @Test(arguments: [1, 2])
  func `each case has an empty folder of its own`(number: Int) throws {
    let folder = TemporaryFolder.path
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    #expect(FileManager.default.createFile(atPath: folder + "/\(number)", contents: nil))
    #expect(TemporaryFolder.path == folder)
  }
}
