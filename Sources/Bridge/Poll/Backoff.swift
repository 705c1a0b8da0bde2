internal import Changes

/// How long a project rests that GitLab fails again and again.
enum Backoff {
  /// The longest rest, in milliseconds.
  static let longest: Int64 = 4 * 60 * 60_000
  /// The rest of a project that GitLab does not show, in milliseconds.
  static let gone: Int64 = 60 * 60_000
  /// Failed passes in a row before the first rest.
  static let patience = 3
  /// Failed passes in a row, over hours, after which a push is told without its commit.
  static let resignation = 9
  /// The first rest, in milliseconds.
  private static let first: Int64 = 5 * 60_000

  /// Returns the rest after a number of failed passes in a row, in milliseconds; 0 is none.
  static func rest(afterFailures count: Int) -> Int64 {
    guard count >= patience else { return 0 }
    let doublings = min(count - patience, 10)
    return min(first << doublings, longest)
  }
}
