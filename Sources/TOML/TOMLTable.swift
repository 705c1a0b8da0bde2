/// A table: its keys with their values, in the order of the document.
package struct TOMLTable: Sendable, Equatable {
  /// One key, where it was first written, and what it holds.
  package struct Entry: Sendable, Equatable {
    package var key: String
    package var keySpan: TOMLSpan
    package var node: TOMLNode
  }

  package let entries: [Entry]
  private let indices: [[UInt8]: Int]

  init(entries: [Entry], indices: [[UInt8]: Int]) {
    self.entries = entries
    self.indices = indices
  }

  /// The entry of a key, compared scalar by scalar as TOML wants it.
  package subscript(key: String) -> Entry? {
    indices[Array(key.utf8)].map { entries[$0] }
  }
}
