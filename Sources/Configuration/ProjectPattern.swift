/// One entry of a route's `projects` or `exclude`.
package enum ProjectPattern: Sendable, Hashable, CustomStringConvertible {
  /// A full path: groups and project, no `*` in it.
  case path(String)
  /// A path with `*` inside segments or `**` for any number of segments.
  case glob(String)
  case id(Int64)

  /// The entry as the file has it.
  package var description: String {
    switch self {
    case .path(let text), .glob(let text): text
    case .id(let id): String(id)
    }
  }
}
