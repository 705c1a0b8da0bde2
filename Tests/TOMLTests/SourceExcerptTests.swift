import TOML
import Testing

@Suite struct SourceExcerptTests {
  private let source = Array("first\n\tkey = \"文档\" # 后\r\nlast".utf8)

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var span: TOMLSpan
    var lines: String
  }

  @Test(arguments: [
    Case(
      testDescription: "a key after a tab",
      span: TOMLSpan(offset: 7, line: 2, column: 2, byteLength: 3),
      lines: "    2 | \tkey = \"文档\" # 后\n      | \t^~~"
    ),
    Case(
      testDescription: "wide text counts two columns",
      span: TOMLSpan(offset: 13, line: 2, column: 8, byteLength: 8),
      lines: "    2 | \tkey = \"文档\" # 后\n      | \t      ^~~~~~"
    ),
    Case(
      testDescription: "a span over several lines ends with its first",
      span: TOMLSpan(offset: 3, line: 1, column: 4, byteLength: 20),
      lines: "    1 | first\n      |    ^~"
    ),
    Case(
      testDescription: "the end of the document",
      span: TOMLSpan(offset: 33, line: 3, column: 5, byteLength: 0),
      lines: "    3 | last\n      |     ^"
    ),
    Case(
      testDescription: "a line number of six digits",
      span: TOMLSpan(offset: 0, line: 123_456, column: 1, byteLength: 5),
      lines: "123456 | first\n       | ^~~~~"
    ),
    Case(
      testDescription: "a place that is not there",
      span: TOMLSpan(offset: 999, line: 3, column: 1, byteLength: 9),
      lines: "    3 | last\n      |     ^"
    ),
  ])
  func `the line is shown with a caret under the place`(_ example: Case) {
    #expect(SourceExcerpt(source).lines(at: example.span) == example.lines)
  }

  @Test func `a mask replaces what may not be shown`() {
    let span = TOMLSpan(offset: 0, line: 1, column: 1, byteLength: 5)
    let lines = SourceExcerpt(source).lines(at: span) { line in line.map { _ in "*" } }
    #expect(lines == "    1 | *****\n      | ^~~~~")
  }

  @Test func `a line of over 4096 bytes is not shown`() {
    let bytes = Array(("a = \"" + String(repeating: "x", count: 5000) + "\"").utf8)
    #expect(SourceExcerpt(bytes).lines(at: .start) == "")
  }
}
