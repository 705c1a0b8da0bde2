import Configuration
import FoundationEssentials
import Testing

/// Whole files that are wrong, with everything that is said about them.
@Suite struct FixtureTests {
  private static let folder =
    URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/"

  static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".toml") }
      .map { String($0.dropLast(".toml".count)) }
      .sorted()
  }

  @Test(arguments: try names())
  func `all errors of a file are told at once, in its order, each with its line and a caret`(
    _ name: String
  ) throws {
    let document = String(decoding: try readFile(Self.folder + name + ".toml"), as: UTF8.self)
    let expected = String(decoding: try readFile(Self.folder + name + ".txt"), as: UTF8.self)
    let errors = try #require(throws: ConfigurationErrors.self) { try Sample.load(document) }
    #expect(errors.description + "\n" == expected)
  }

  @Test(arguments: try names())
  func `103 · no secret is in any message`(_ name: String) throws {
    let document = String(decoding: try readFile(Self.folder + name + ".toml"), as: UTF8.self)
    let errors = try #require(throws: ConfigurationErrors.self) { try Sample.load(document) }
    for secret in ["hunter2", Sample.token, Sample.key, Sample.otherKey] {
      #expect(!errors.description.contains(secret))
    }
  }
}
