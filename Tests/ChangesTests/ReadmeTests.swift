import FoundationEssentials
import Testing

/// The README's table of what routes select is the table that the routes are tested with.
@Suite struct ReadmeTests {
  @Test func `the README shows the route examples`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let start = try #require(readme.firstRange(of: "<!-- routes:"))
    let end = try #require(readme.firstRange(of: "<!-- routes end -->"))
    let part = readme[start.lowerBound..<end.lowerBound]
    let table = part.split(separator: "\n").dropFirst().map { $0 + "\n" }.joined()
    #expect(table == RouteExample.markdown)
  }
}
