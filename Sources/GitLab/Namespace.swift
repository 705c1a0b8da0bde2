/// What a path without a project means.
package enum Namespace: Sendable, Equatable {
  /// A group or subgroup.
  case group(Group)
  /// A user, whose own projects lie below the path.
  case user(User)
}
