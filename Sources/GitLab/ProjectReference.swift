/// What GitLab takes for a project in a path: its id, or its full path.
package enum ProjectReference: Hashable, Sendable {
  /// The numeric id, which survives renames and transfers.
  case id(Int64)
  /// The full path, as in `group/subgroup/project`.
  case path(String)

  /// The value of the `:id` segment, before encoding.
  var segment: String {
    switch self {
    case .id(let id): String(id)
    case .path(let path): path
    }
  }
}

extension ProjectReference: CustomStringConvertible {
  package var description: String {
    switch self {
    case .id(let id): "project \(id)"
    case .path(let path): "project \"\(Cleaning.line(path, limit: 200))\""
    }
  }
}
