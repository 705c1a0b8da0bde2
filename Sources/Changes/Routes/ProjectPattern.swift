/// One entry of a route's `projects` or `exclude`: an id, a full path or a glob over full paths.
///
/// Paths are compared without regard to the case of ASCII letters, because GitLab looks them up
/// that way: two projects cannot differ by case alone.
package enum ProjectPattern: Hashable, Sendable {
  case id(Int)
  case path(String)
  case glob(Glob)

  /// Takes a text of the configuration; with a `*` in it, it is a glob.
  ///
  /// Slashes at either end are dropped: users paste `/docs/manual` and `docs/` alike.
  package init(_ text: String) {
    var text = text[...]
    while text.first == "/" { text.removeFirst() }
    while text.last == "/" { text.removeLast() }
    let path = String(text)
    self = path.contains("*") ? .glob(Glob(path, ignoresCase: true)) : .path(path)
  }

  /// Tells whether the pattern selects the project.
  package func matches(_ project: Project) -> Bool {
    switch self {
    case .id(let id):
      id == project.id
    case .path(let path):
      path.utf8.count == project.path.utf8.count
        && path.unicodeScalars.elementsEqual(project.path.unicodeScalars) {
          $0.asciiLowercased == $1.asciiLowercased
        }
    case .glob(let glob):
      glob.matches(project.path)
    }
  }

  /// The group that holds everything the glob can select, or nil where no single one does.
  ///
  /// It is the whole segments before the first one with a wildcard: `docs` for `docs/**` and for
  /// `docs/team-*/x`; nil for `*/x` and for `docs**`. Ids and full paths have none.
  package var literalGroupPrefix: String? {
    guard case .glob(let glob) = self else { return nil }
    let segments = glob.text.split(separator: "/", omittingEmptySubsequences: false)
    let literal = segments.prefix { !$0.contains("*") }
    return literal.isEmpty ? nil : literal.joined(separator: "/")
  }
}

/// As the configuration writes it.
extension ProjectPattern: CustomStringConvertible {
  package var description: String {
    switch self {
    case .id(let id): String(id)
    case .path(let path): "\"\(path)\""
    case .glob(let glob): "\"\(glob.text)\""
    }
  }
}
