/// What routes know of a project: its id, which stays, and its full path, which may change.
package struct Project: Hashable, Sendable {
  package var id: Int
  /// The path with all its groups, such as `docs/manual`.
  package var path: String

  package init(id: Int, path: String) {
    self.id = id
    self.path = path
  }
}
