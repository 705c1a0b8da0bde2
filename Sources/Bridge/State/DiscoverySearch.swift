internal import Changes
internal import GitLab

/// What a discovery has read of GitLab's listings, and where it goes on.
///
/// Part of the state when a pass had no time for the rest: the longest list comes to its end.
struct DiscoverySearch: Sendable, Equatable, Codable {
  /// A project as the selectors and the state need it.
  struct Row: Sendable, Equatable, Codable {
    var path: String
    var defaultBranch: String?
    /// In GitLab's time.
    var createdAt: Timestamp?
    /// Whether CI is switched on; nil where the listing does not say.
    var hasJobs: Bool?
  }

  /// A listing that was read in part.
  struct Place: Sendable, Equatable, Codable {
    var listing: String
    var page: PageCursor
  }

  /// A digest of the configuration's selectors: with others the search begins anew.
  var selectors: String
  /// In local time.
  var startedAt: Timestamp
  /// The projects found so far, by id.
  var projects: [Int: Row] = [:]
  /// Those among them that the membership listing shows.
  var members: [Int] = []
  /// GitLab's time of the first answer.
  var asOf: Timestamp?
  /// Listings that were read to their end.
  var done: [String] = []
  /// Groups that are not there.
  var absent: [String] = []
  /// Where the listing that was cut goes on.
  var place: Place?
}
