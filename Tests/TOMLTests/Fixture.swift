import FoundationEssentials
import Testing

/// A document of the project's own, with the tagged JSON or the error text that belongs to it.
struct Fixture: Sendable, CustomTestStringConvertible {
  var name: String
  var document: [UInt8]
  var expectation: [UInt8]

  var testDescription: String { name }

  /// Reads all fixtures of a folder beside this file.
  static func all(in folder: String, expectation suffix: String) throws -> [Fixture] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/" + folder
    return try FileManager.default.contentsOfDirectory(atPath: root)
      .filter { $0.hasSuffix(".toml") }
      .sorted()
      .map { file in
        let name = String(file.dropLast(".toml".count))
        return Fixture(
          name: name,
          document: try readFile(root + "/" + file),
          expectation: try readFile(root + "/" + name + suffix)
        )
      }
  }
}

func readFile(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(filePath: path)))
}
