import FoundationEssentials
import TOML
import Testing

/// The official toml-test suite, which is not part of this repository.
///
/// `TOML_TEST_DIR` names the folder `tests` of a checkout of it.
@Suite struct SuiteTests {
  private static let folder = ProcessInfo.processInfo.environment["TOML_TEST_DIR"]

  @Test(
    .enabled(if: folder != nil, "set TOML_TEST_DIR to the folder tests of the toml-test suite")
  )
  func `every case of toml-test for TOML 1_0_0 passes`() throws {
    let folder = try #require(Self.folder)
    let list = String(decoding: try readFile(folder + "/files-toml-1.0.0"), as: UTF8.self)
    let cases = list.split(separator: "\n").map(String.init).filter { $0.hasSuffix(".toml") }
    let valid = cases.filter { $0.hasPrefix("valid/") }
    let invalid = cases.filter { $0.hasPrefix("invalid/") }
    #expect(valid.count > 200 && invalid.count > 400)
    #expect(valid.count + invalid.count == cases.count)

    var passed = 0
    for path in valid {
      let document = try readFile(folder + "/" + path)
      let json = try readFile(folder + "/" + path.dropLast(".toml".count) + ".json")
      do {
        let found = try TaggedValue.printed(try TOML.parse(document))
        let isRight = try found == TaggedValue.expected(json)
        #expect(isRight, "\(path) is read wrong")
        passed += isRight ? 1 : 0
      } catch {
        Issue.record("\(path): \(error)")
      }
    }
    for path in invalid {
      let document = try readFile(folder + "/" + path)
      do throws(TOMLError) {
        _ = try TOML.parse(document)
        Issue.record("\(path) is accepted")
      } catch {
        let excerpt = SourceExcerpt(document).lines(at: error.span)
        let isPlaced = excerpt.contains(" | ") && excerpt.contains("^")
        #expect(isPlaced && error.span.line > 0 && error.span.column > 0, "\(path)")
        passed += isPlaced ? 1 : 0
      }
    }
    print("toml-test 1.0.0: \(passed) of \(cases.count) cases pass")
    #expect(passed == cases.count)
  }
}
