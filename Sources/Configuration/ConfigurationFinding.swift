/// One error or remark about a configuration, with its place.
package struct ConfigurationFinding: Sendable, Equatable, CustomStringConvertible {
  /// The file as its messages name it.
  package var file: String
  package var line: Int
  /// In Unicode scalars, from 1.
  package var column: Int
  package var message: String
  /// The line of the file and a caret under the place, without secrets; empty for a very long line.
  package var excerpt: String

  /// `config.toml:14:1: …`, then the line and the caret.
  package var description: String {
    "\(file):\(line):\(column): \(message)" + (excerpt.isEmpty ? "" : "\n" + excerpt)
  }
}

/// All that makes a configuration unusable, in the order of the file.
package struct ConfigurationErrors: Error, Equatable, Sendable, CustomStringConvertible {
  /// At least one.
  package var findings: [ConfigurationFinding]

  /// Every finding with its line and caret.
  package var description: String {
    findings.map(\.description).joined(separator: "\n")
  }
}
