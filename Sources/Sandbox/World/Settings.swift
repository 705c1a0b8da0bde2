extension World {
  /// How the simulated GitLab and WeCom are set up.
  package struct Settings: Sendable, Equatable {
    /// GitLab's configured address, as in its answers; its path is the relative root.
    ///
    /// May name another host than the one that requests arrive at, as behind a proxy.
    package var externalURL: String {
      didSet { (origin, relativeRoot) = Self.split(externalURL) }
    }
    /// Scheme, host and port of `externalURL`.
    private(set) var origin: String
    /// The path of `externalURL`, without a slash at its end.
    package private(set) var relativeRoot: String
    /// For example `16.7.2`; what older versions lack is missing.
    package var version = "17.11.2"
    package var isEnterprise = false
    /// Minutes east of UTC at which times are printed: 0 gives `Z`, 480 gives `+08:00`.
    package var utcOffset = 0
    /// More changed refs of one kind and action in a push than this give one bulk event.
    package var eventActivitiesLimit = 3
    /// More changed refs of one kind and action in a push than this fire no webhook.
    package var eventHooksLimit = 3
    /// Requests to `/projects/:id/jobs` a minute and user; 0 for no limit.
    package var jobsPerMinute = 600
    /// Requests to `/projects` in ten minutes and user; 0 for no limit.
    package var projectListsPerTenMinutes = 0
    /// Requests to `/projects/:id` a minute and user; 0 for no limit.
    package var projectsPerMinute = 0
    /// Requests to `/groups/:id/projects` a minute and user; 0 for no limit.
    package var groupProjectsPerMinute = 0
    /// All API requests of a user in `throttlePeriod` (Rack::Attack); 0 for no limit.
    package var throttleLimit = 0
    /// Seconds over which `throttleLimit` counts.
    package var throttlePeriod = 3600
    /// Whether every answer says what is left of `throttleLimit`, as newer versions do.
    package var announcesThrottle = false
    /// The most rows that offset paging reaches where keyset paging exists.
    package var offsetLimit = 50_000
    /// Whether `ref_name=A..B` with an unknown commit is 404 instead of an empty list.
    package var refusesUnknownRanges = false
    /// Every n-th event leaves `last_activity_at` alone; 0 for none.
    package var missedActivityEvery = 0
    /// Messages a key may send in any 60 seconds.
    package var messagesPerMinute = 20
    /// How long a key that went over the limit stays refused beyond the minute, in milliseconds.
    package var messagePenalty: Int64 = 0
    /// Whether webhooks keep their JSON payload.
    package var recordsPayloads = true
    /// Whether webhooks of jobs that did not fail are recorded too.
    package var recordsAllJobStates = false

    package init(externalURL: String = "http://gitlab.example.internal") {
      self.externalURL = externalURL
      (origin, relativeRoot) = Self.split(externalURL)
    }

    private static func split(_ url: String) -> (origin: String, root: String) {
      guard let scheme = url.firstRange(of: "://"),
        let slash = url[scheme.upperBound...].firstIndex(of: "/")
      else { return (url, "") }
      let path = url[slash...]
      return (String(url[..<slash]), String(path.hasSuffix("/") ? path.dropLast() : path))
    }

    /// Tells whether the simulated version is at least the given one.
    func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
      let parts = version.split(separator: ".").prefix(2).compactMap { Int($0) }
      guard parts.count == 2 else { return true }
      return (parts[0], parts[1]) >= (major, minor)
    }
  }
}
