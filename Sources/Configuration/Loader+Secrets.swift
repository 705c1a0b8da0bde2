import TOML

extension Loader {
  /// Far longer than any token, far shorter than a file named by mistake.
  private static let secretByteLimit = 4096

  func loadToken(of section: Section) -> Secret? {
    guard let (text, span, origin) = secret("token", of: section) else { return nil }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      text.utf8.count <= Self.secretByteLimit
    else {
      findings.report(.malformedSecret("token", origin), at: span)
      return nil
    }
    return Secret(text)
  }

  /// The text of a secret in any of its four forms, without the line end after it.
  func secret(
    _ key: String,
    of section: Section
  ) -> (text: String, span: TOMLSpan, origin: SecretOrigin)? {
    guard let entry = section.entry(key) else { return nil }
    let span = entry.node.span
    let found: (bytes: [UInt8], origin: SecretOrigin)?
    switch entry.node.value {
    case .string(let text):
      if let mode = source.mode, isReadableByAll(mode) {
        findings.remark(.readableConfiguration(key: key), at: span)
      }
      found = (Array(text.utf8), .literal)
    case .table(let table):
      found = indirectSecret(key, table, at: span)
    default:
      section.reportType(key, expected: #"a string or { file = "…" }"#, entry.node)
      return nil
    }
    guard let found else { return nil }
    let origin = found.origin
    var bytes = found.bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    if bytes.last == 0x0A { bytes.removeLast() }
    if bytes.last == 0x0D { bytes.removeLast() }
    guard !bytes.isEmpty else {
      findings.report(.emptySecret(key, origin), at: span)
      return nil
    }
    guard bytes.count <= Self.secretByteLimit, let text = String(validating: bytes, as: UTF8.self)
    else {
      findings.report(.malformedSecret(key, origin), at: span)
      return nil
    }
    return (text, span, origin)
  }

  /// What a table like `{ file = "token" }` points to.
  private func indirectSecret(
    _ key: String,
    _ table: TOMLTable,
    at span: TOMLSpan
  ) -> (bytes: [UInt8], origin: SecretOrigin)? {
    let forms = Section(
      table,
      at: span,
      header: "\"\(key)\"",
      known: KnownKeys.secretForms,
      findings: findings
    )
    let given = KnownKeys.secretForms.filter { table[$0] != nil }
    guard given.count == 1, table.entries.count == 1 else {
      // A misspelt form has been told already.
      if given.count == table.entries.count { findings.report(.secretForm(key), at: span) }
      return nil
    }
    guard let name = forms.line(given[0]) else { return nil }
    switch given[0] {
    case "file":
      let path = source.path(of: name.value)
      return contents(key, path, at: name.span).map { ($0, .file(path)) }
    case "env":
      guard let value = source.environment(name.value) else {
        findings.report(.variableUnset(key, variable: name.value), at: name.span)
        return nil
      }
      return (Array(value.utf8), .variable(name.value))
    default:
      guard !name.value.contains("/"), name.value != ".", name.value != ".." else {
        findings.report(.credentialName(name.value), at: name.span)
        return nil
      }
      guard let folder = source.environment("CREDENTIALS_DIRECTORY"), !folder.isEmpty else {
        findings.report(.credentialsUnset(key), at: name.span)
        return nil
      }
      return contents(key, "\(folder)/\(name.value)", at: name.span)
        .map { ($0, .credential(name.value)) }
    }
  }

  private func contents(_ key: String, _ path: String, at span: TOMLSpan) -> [UInt8]? {
    switch source.readFile(path) {
    case .failure(let problem):
      findings.report(.secretFile(key, path: path, problem), at: span)
      return nil
    case .success(let contents):
      if isReadableByAll(contents.mode) {
        findings.remark(.readableSecret(key: key, path: path), at: span)
      }
      return contents.bytes
    }
  }

  private func isReadableByAll(_ mode: UInt32) -> Bool {
    mode & 0o004 != 0
  }
}
