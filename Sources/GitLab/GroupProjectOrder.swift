/// The order in which a group's projects are listed.
package enum GroupProjectOrder: Sendable {
  /// Ascending ids: new projects come last, so pages do not shift.
  case id
  /// The latest activity first: reading may stop at the first project that is old enough.
  case latestActivity
}
