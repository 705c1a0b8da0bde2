/// A version of GitLab, as far as features depend on it.
package struct GitLabVersion: Sendable, Equatable {
  package var major: Int
  package var minor: Int
  /// As GitLab says it, as in `17.11.2-ee`.
  package var text: String

  /// Reads a version; major and minor are 0 where they cannot be read.
  package init(_ text: String) {
    self.text = Cleaning.line(text, limit: 40)
    let numbers = text.split(separator: ".", maxSplits: 2).prefix(2).map { part in
      Int(part.prefix { $0.isASCII && $0.isNumber }) ?? 0
    }
    major = numbers.first ?? 0
    minor = numbers.count > 1 ? numbers[1] : 0
  }

  package init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
    text = "\(major).\(minor)"
  }
}

extension GitLabVersion: Comparable {
  /// Compares major and minor only: `17.0.1-ee` and `17.0` are at one height.
  package static func < (left: GitLabVersion, right: GitLabVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  package static func == (left: GitLabVersion, right: GitLabVersion) -> Bool {
    (left.major, left.minor) == (right.major, right.minor)
  }
}

extension GitLabVersion: CustomStringConvertible {
  package var description: String { text }
}
