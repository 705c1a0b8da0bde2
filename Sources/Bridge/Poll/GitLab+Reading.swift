internal import Changes
internal import GitLab
internal import HTTP

// Where GitLab's rows become what the bridge works with.

extension PushEvent {
  /// The row as a cursor remembers it; a row without a time counts as the oldest.
  var sighting: Sighting {
    Sighting(id: id, at: Timestamp(milliseconds: createdAt ?? 0))
  }
}

extension Pipeline {
  /// The row as a cursor remembers it: its id and its last move.
  var sighting: Sighting {
    Sighting(id: id, at: Timestamp(milliseconds: updatedAt ?? createdAt ?? 0))
  }

  /// Whether jobs of it can fail without its status changing.
  ///
  /// While others run, of course; but also a job that may fail and is dropped before it ran leaves
  /// its pipeline as pending as it was. A `manual` pipeline runs as soon as one of its jobs does.
  var isUnderWay: Bool {
    switch status {
    case "success", "failed", "canceled", "skipped", "manual", nil: false
    default: true
    }
  }
}

extension Job {
  /// The row as the ledger remembers it; a job that never finished counts from its creation.
  var sighting: Sighting {
    Sighting(id: id, at: Timestamp(milliseconds: finishedAt ?? startedAt ?? createdAt ?? 0))
  }

  /// Whether GitLab's webhook would have told this failure.
  ///
  /// It keeps quiet about jobs of blocked users and about those that were failed by a direct
  /// change of the row; bridges and external statuses are not in these listings at all.
  var firesWebhook: Bool {
    failureReason != "data_integrity_failure" && failureReason != "user_blocked"
      && user?.state != "blocked"
  }

  /// What the job's pipeline ran for.
  var reference: BuildReference {
    let ref = ref ?? pipeline?.ref ?? ""
    if pipeline?.source == "merge_request_event" || ref.hasPrefix("refs/merge-requests/") {
      return .mergeRequest
    }
    return isTag == true ? .tag(ref) : .branch(ref)
  }

  /// The message of the pipeline's commit, or what names it when the commit is gone.
  var text: String {
    let texts = [commit?.message, commit?.title, pipeline?.sha, name]
    return texts.compactMap(\.self).first { !$0.isEmpty } ?? "?"
  }
}

extension FailedBuild {
  /// The build behind a failed job; without a page of its own, its link is empty.
  init(_ job: Job) {
    jobID = job.id
    finishedAt = job.sighting.at
    username = job.user?.username ?? "?"
    ref = job.ref ?? ""
    reference = job.reference
    stage = job.stage ?? ""
    name = job.name ?? ""
    reason = job.failureReason ?? ""
    link = job.webURL ?? ""
    message = job.text
  }
}

extension ProjectFacts {
  init(_ project: GitLab.Project, gitlabURL: String) {
    id = project.id
    name = project.name ?? project.fullPath ?? String(project.id)
    path = project.fullPath ?? ""
    webURL = project.webURL ?? "\(gitlabURL)/\(path)"
    defaultBranch = project.defaultBranch
  }
}

extension GitLabError {
  /// Whether GitLab has, or shows, no such thing in a project that it shows.
  var isAbsent: Bool {
    if case .notFound(let what) = kind { what != "Project" } else { false }
  }

  /// Whether a feature is off or the role too low, for this project alone.
  var isForbidden: Bool {
    if case .forbidden = kind { isAboutProject } else { false }
  }

  /// Whether no other project would fare better.
  var isAboutAll: Bool {
    switch consequence {
    case .token, .wrongServer, .unreachable: true
    case .limited, .transient, .definite: false
    }
  }

  /// Whether one question failed by itself: the next may fare better.
  var isAboutOne: Bool {
    switch consequence {
    case .transient, .definite: !isAboutProject
    case .token, .wrongServer, .unreachable, .limited: false
    }
  }

  /// Whether a limit of GitLab's is reached, which says nothing of the project.
  var isLimit: Bool {
    if case .limited = consequence { true } else { false }
  }

  /// Whether the answer was larger than is taken.
  var isTooLarge: Bool {
    if case .transport(.bodyTooLarge) = kind { true } else { false }
  }

  /// The time in which the request failed, of so much that it may take as a rule; nil where it was
  /// not time that ran out.
  func timeout(of longest: Duration) -> Duration? {
    switch kind {
    case .transport(.timedOut(wasSent: true)): longest
    case .transport(.timedOut(wasSent: false)): min(longest, GitLabClient.connectTimeout)
    default: nil
    }
  }

  /// What a pass concludes from a failure.
  enum Consequence: Sendable, Equatable {
    /// The token is refused: nothing else would fare better.
    case token
    /// Something else answers in GitLab's place: a login page, a redirect.
    case wrongServer
    /// Nobody answers; a repeat is of use unless it is the certificate.
    case unreachable(mayPass: Bool)
    /// A limit is reached, for one kind of endpoint or for all.
    case limited(seconds: Int64?, everywhere: Bool)
    /// A failure that may pass.
    case transient
    /// An answer, if not the wished one.
    case definite
  }

  var consequence: Consequence {
    if case .rateLimited(let after, let limiter) = kind {
      return .limited(
        seconds: after?.components.seconds,
        everywhere: limiter == .rack
      )
    }
    if isAboutToken {
      return .token
    }
    if isOtherPage {
      return .wrongServer
    }
    if isUnreachable {
      return .unreachable(mayPass: isTransient)
    }
    return isTransient ? .transient : .definite
  }
}
