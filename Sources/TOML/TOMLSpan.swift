/// A stretch of a document: where it begins, for people and for carets, and how long it is.
package struct TOMLSpan: Sendable, Hashable {
  /// The number of bytes before it.
  package var offset: Int
  /// Its line, from 1.
  package var line: Int
  /// Its column in Unicode scalars, from 1; a byte order mark does not count.
  package var column: Int
  /// Its length in bytes, 0 at the end of a document.
  package var byteLength: Int

  package init(offset: Int, line: Int, column: Int, byteLength: Int) {
    self.offset = offset
    self.line = line
    self.column = column
    self.byteLength = byteLength
  }

  /// The first place of any document.
  package static let start = TOMLSpan(offset: 0, line: 1, column: 1, byteLength: 0)
}
