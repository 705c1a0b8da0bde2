/// A table while its document is still being read.
///
/// A reference type, so that a header reaches a table deep in the tree without copying the way.
/// The depth limit bounds the recursion of `finish` and of its release.
final class TableBuilder {
  /// How a table came to be, which decides who may still add to it.
  enum Origin {
    /// The document itself or an element of an array of tables.
    case section
    /// Only named on the way to another header; its own header may still come.
    case implied
    /// Written as `[header]`.
    case header
    /// Made by a dotted key; dotted keys may add to it, a header may not reopen it.
    case dotted
  }

  enum Item {
    case node(TOMLNode)
    case table(TableBuilder)
    case tables(TableListBuilder)
  }

  struct Entry {
    var key: String
    var keySpan: TOMLSpan
    var item: Item
  }

  var origin: Origin
  var span: TOMLSpan
  let depth: Int
  private var entries: [Entry] = []
  // By bytes: `String` takes canonically equivalent keys for equal, TOML does not.
  private var indices: [[UInt8]: Int] = [:]

  init(_ origin: Origin, at span: TOMLSpan, depth: Int) {
    self.origin = origin
    self.span = span
    self.depth = depth
  }

  func entry(_ key: String) -> Entry? {
    indices[Array(key.utf8)].map { entries[$0] }
  }

  /// Adds a key that the table does not have yet.
  func append(_ key: String, at keySpan: TOMLSpan, _ item: Item) {
    indices[Array(key.utf8)] = entries.count
    entries.append(Entry(key: key, keySpan: keySpan, item: item))
  }

  /// Returns the table as it stands.
  func finish() -> TOMLTable {
    let finished = entries.map { entry in
      TOMLTable.Entry(key: entry.key, keySpan: entry.keySpan, node: node(of: entry))
    }
    return TOMLTable(entries: finished, indices: indices)
  }

  private func node(of entry: Entry) -> TOMLNode {
    switch entry.item {
    case .node(let node):
      node
    case .table(let table):
      TOMLNode(.table(table.finish()), at: table.span)
    case .tables(let list):
      TOMLNode(
        .array(list.tables.map { TOMLNode(.table($0.finish()), at: $0.span) }),
        at: list.tables.first?.span ?? entry.keySpan
      )
    }
  }
}

/// An array of tables while its document is still being read; it has at least one element.
final class TableListBuilder {
  var tables: [TableBuilder]

  init(first: TableBuilder) {
    tables = [first]
  }
}
