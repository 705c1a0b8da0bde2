internal import Changes

/// What a pass needs to know of the configuration.
struct PassSettings: Sendable {
  /// The base URL of GitLab, without a slash at its end.
  var gitlabURL: String
  /// Changes when the token does.
  var tokenDigest: String?
  var routes: RouteTable
  /// A digest of all that decides which projects are watched.
  var selectors: String
  /// Projects asked at the same time.
  var concurrency = 8
  /// Readings that are written together while others are still asked for.
  var portion = 250
  /// Our own limit; 0 for none.
  var requestsPerSecond: Double = 0
  /// The longest that one request to GitLab takes.
  var timeout: Duration = .seconds(30)
  /// From the start of a pass to its end, in milliseconds; nil for no limit.
  var deadlineMilliseconds: Int64? = 50_000
  /// News older than that is counted, not posted, in milliseconds; 0: everything is posted.
  var maxAgeMilliseconds: Int64 = 30 * 86_400_000
  /// Waiting messages above which they are told as digests; 0: never.
  var digestAbove = 20
  /// The bots that hear of the bridge's own troubles.
  var alertBots: [String] = []
}
