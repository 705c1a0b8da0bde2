/// TOML 1.0, read from bytes into a tree that keeps order and knows its positions.
///
/// The whole of the language, nothing of 1.1. See <https://toml.io/en/v1.0.0>.
package enum TOML {
  /// The most levels of tables and arrays inside each other that a document may have.
  ///
  /// The parser and everything that walks its tree recurse, so hostile input must not set the
  /// depth. TOML itself knows no limit.
  package static let depthLimit = 128

  /// Returns the root table of a document.
  ///
  /// Takes time and memory linear in the number of bytes. A byte order mark at the start is
  /// skipped. Floats too large for 64 bits become infinite, as IEEE 754 rounds them; integers too
  /// large are refused.
  ///
  /// - Throws: `TOMLError` for the first fault found, with its place.
  package static func parse(_ bytes: [UInt8]) throws(TOMLError) -> TOMLTable {
    var parser = try Parser(bytes)
    return try parser.parseDocument()
  }
}
