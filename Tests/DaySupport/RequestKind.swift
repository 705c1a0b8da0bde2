package import Sandbox

/// What a request to GitLab is for: finer than its endpoint.
package enum RequestKind: String, CaseIterable, Sendable {
  /// The listing of the projects that were active lately.
  case gate
  /// The listing of all projects.
  case discovery
  case events
  case pipelines
  case childPipelines = "child pipelines"
  case pipelineJobs = "pipeline jobs"
  case jobs
  case commits
  case project
  /// Version and token, asked once a day.
  case server
  case other

  /// Tells what the request of a path and query is for; nil when it is no request to GitLab.
  package init?(target: String) {
    let path = target.prefix { $0 != "?" }
    if path.contains("/cgi-bin/") { return nil }
    let parts = path.split(separator: "/").drop { $0 != "v4" }.dropFirst().map(String.init)
    switch (parts.first, parts.count) {
    case ("projects", 1):
      self = target.contains("last_activity_after=") ? .gate : .discovery
    case ("groups", _), ("users", _), ("namespaces", _): self = .discovery
    case ("projects", 2): self = .project
    case ("projects", _):
      switch (parts[2], parts.last) {
      case ("events", _): self = .events
      case ("pipelines", "jobs"), ("pipelines", "bridges"): self = .pipelineJobs
      case ("pipelines", _):
        self = target.contains("source=parent_pipeline") ? .childPipelines : .pipelines
      case ("jobs", _): self = .jobs
      case ("repository", _): self = .commits
      default: self = .other
      }
    case ("metadata", _), ("version", _), ("personal_access_tokens", _): self = .server
    default: self = .other
    }
  }
}

extension RequestLog {
  /// The requests to GitLab that are kept one by one, counted by what they were for.
  package var kinds: [RequestKind: Int] {
    entries.reduce(into: [:]) { counts, entry in
      guard let kind = RequestKind(target: entry.target) else { return }
      counts[kind, default: 0] += 1
    }
  }
}
