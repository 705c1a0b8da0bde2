extension Parser {
  /// Reads `[table]` or `[[array of tables]]` and returns the table that the next keys go to.
  mutating func parseHeader(_ root: TableBuilder) throws(TOMLError) -> TableBuilder {
    let start = place()
    let isArray = byte(ahead: 1) == UInt8(ascii: "[")
    index += isArray ? 2 : 1
    let key = try parseKey()
    for _ in 0..<(isArray ? 2 : 1) {
      guard byte == UInt8(ascii: "]") else { throw errorHere(.unclosedHeader) }
      index += 1
    }
    let span = closed(start)
    var table = root
    for part in key.dropLast() {
      table = try headerTable(part, in: table, at: span)
    }
    let last = key[key.count - 1]
    return isArray
      ? try appendElement(last, to: table, at: span)
      : try openTable(last, in: table, at: span)
  }

  /// The table that a part before the last names, implied if it is not there.
  private func headerTable(
    _ part: KeyPart,
    in table: TableBuilder,
    at span: TOMLSpan
  ) throws(TOMLError) -> TableBuilder {
    guard let entry = table.entry(part.text) else {
      let made = try child(of: table, .implied, at: span)
      table.append(part.text, at: part.span, .table(made))
      return made
    }
    switch entry.item {
    case .table(let found):
      return found
    case .tables(let list):
      return list.tables[list.tables.count - 1]
    case .node(let node):
      throw closedError(node, part, line: entry.keySpan.line)
    }
  }

  private func openTable(
    _ part: KeyPart,
    in table: TableBuilder,
    at span: TOMLSpan
  ) throws(TOMLError) -> TableBuilder {
    guard let entry = table.entry(part.text) else {
      let made = try child(of: table, .header, at: span)
      table.append(part.text, at: part.span, .table(made))
      return made
    }
    switch entry.item {
    case .table(let found) where found.origin == .implied:
      found.origin = .header
      found.span = span
      return found
    case .table(let found):
      throw TOMLError(.repeatedTable(part.text, firstLine: found.span.line), at: part.span)
    case .tables:
      throw TOMLError(.repeatedTable(part.text, firstLine: entry.keySpan.line), at: part.span)
    case .node(let node):
      throw closedError(node, part, line: entry.keySpan.line)
    }
  }

  private func appendElement(
    _ part: KeyPart,
    to table: TableBuilder,
    at span: TOMLSpan
  ) throws(TOMLError) -> TableBuilder {
    guard let entry = table.entry(part.text) else {
      let made = try child(of: table, .section, at: span)
      table.append(part.text, at: part.span, .tables(TableListBuilder(first: made)))
      return made
    }
    switch entry.item {
    case .tables(let list):
      let made = try child(of: table, .section, at: span)
      list.tables.append(made)
      return made
    case .table(let found):
      throw TOMLError(.keyIsTable(part.text, firstLine: found.span.line), at: part.span)
    case .node(let node):
      throw closedError(node, part, line: entry.keySpan.line)
    }
  }
}
