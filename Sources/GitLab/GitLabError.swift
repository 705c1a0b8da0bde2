package import HTTP

/// What kept GitLab from answering a question: data for decisions, and one sentence for people.
package struct GitLabError: Error, Equatable, Sendable {
  /// The base URL that was asked, without a user's name or password.
  package var base: String
  /// The resource as a template, as in `projects/:id/events`.
  package var endpoint: String
  /// The project that was asked about.
  package var project: ProjectReference?
  package var kind: Kind

  /// What happened; all texts are cleaned, short, and without the token.
  package enum Kind: Equatable, Sendable {
    /// The exchange did not complete.
    case transport(HTTPError)
    /// 401.
    case unauthorized(reason: TokenRefusal)
    /// 403: the token lacks a scope; `scope` names those that would do.
    case insufficientScope(scope: String?)
    /// 403: a feature that is off, a role that is too low, or an account in trouble.
    case forbidden(reason: String?)
    /// 404: missing or invisible; `what` is nil for a route that this version does not know.
    case notFound(what: String?)
    /// The project has another path now.
    case moved(to: ProjectReference)
    /// A redirect that would lead away, and is never followed; `location` is without its query.
    case refusedRedirect(location: String)
    /// 429; `retryAfter` is as GitLab said it, not clamped, or nil when it said nothing usable.
    case rateLimited(retryAfter: Duration?, by: RateLimiter)
    /// 5xx from GitLab itself.
    case serverError(status: Int, message: String)
    /// A login, maintenance or error page, of GitLab or of something in front of it.
    case notJSON(status: Int, title: String)
    /// A body that was cut, or of another shape than the resource has.
    case badJSON(detail: String)
    /// 400: a parameter that this version does not know.
    case badRequest(message: String)
    /// 405: paging beyond what GitLab allows.
    case methodNotAllowed(message: String)
    /// Any other status.
    case unexpected(status: Int, message: String)
    /// A next page that is no page, or not beyond the one just read.
    case unusablePaging(next: String)
  }

  /// Why a token was refused.
  package enum TokenRefusal: Equatable, Sendable {
    case expired
    case revoked
    /// A wrong token, or none that GitLab knows.
    case unknown
    /// The answer was not GitLab's: something in front of it wants a login of its own.
    case notByGitLab
  }

  /// Which of GitLab's two systems of limits refused a request.
  package enum RateLimiter: Equatable, Sendable {
    /// The limit on all requests of a user or an address.
    case rack
    /// The limit of one resource.
    case application
  }
}

extension GitLabError {
  /// Whether the same request may well succeed a moment later.
  package var isTransient: Bool {
    switch kind {
    case .transport(let error):
      switch error {
      case .cannotResolve, .cannotResolveProxy, .cannotConnect, .proxyRefused, .timedOut,
        .connectionLost, .malformedAnswer, .failed:
        true
      case .unusable, .unusableCAFile, .certificateRefused, .tlsFailed, .bodyTooLarge, .cancelled:
        false
      }
    case .serverError(let status, _), .notJSON(let status, _), .unexpected(let status, _):
      status == 408 || status == 425 || (status >= 500 && status != 501 && status != 505)
    case .badJSON, .unusablePaging:
      true
    case .unauthorized, .insufficientScope, .forbidden, .notFound, .moved, .refusedRedirect,
      .rateLimited, .badRequest, .methodNotAllowed:
      false
    }
  }

  /// Whether the token or its user is refused, so that no other request would fare better.
  package var isAboutToken: Bool {
    switch kind {
    case .unauthorized, .insufficientScope: true
    case .forbidden(let reason): GitLabError.isAboutAccount(reason)
    default: false
    }
  }

  /// Whether GitLab could not be reached at all: its name, its port, its certificate, the proxy.
  package var isUnreachable: Bool {
    guard case .transport(let error) = kind else { return false }
    switch error {
    case .cannotResolve, .cannotResolveProxy, .cannotConnect, .proxyRefused, .certificateRefused,
      .tlsFailed, .timedOut(false), .connectionLost(_, false):
      return true
    default:
      return false
    }
  }

  /// Whether something else answers in place of the API: a login, a maintenance page, a redirect.
  package var isOtherPage: Bool {
    switch kind {
    case .refusedRedirect: true
    case .notJSON(let status, _): status < 500
    case .unauthorized(.notByGitLab): true
    default: false
    }
  }

  /// Whether only this project is concerned: gone, invisible, moved, or a feature switched off.
  ///
  /// A missing commit or pipeline says nothing of its project.
  package var isAboutProject: Bool {
    guard project != nil else { return false }
    switch kind {
    case .notFound("Project"), .moved: return true
    case .forbidden(let reason): return !GitLabError.isAboutAccount(reason)
    default: return false
    }
  }

  // GitLab has no code for a user in trouble, only these sentences.
  private static func isAboutAccount(_ reason: String?) -> Bool {
    guard let reason = reason?.lowercased() else { return false }
    return ["account", "terms of service", "password expired", "email address"]
      .contains { reason.contains($0) }
  }
}

extension GitLabError: CustomStringConvertible {
  package var description: String {
    switch kind {
    case .transport(let error):
      "\(GitLabError.beginning(error)): \(base): \(error) (\(place))"
        + (error.advice.map { "; \($0)" } ?? "")
    case .unauthorized(let reason):
      switch reason {
      case .expired:
        "GitLab refuses the token: it has expired (\(place)); \(GitLabError.newToken)"
      case .revoked:
        "GitLab refuses the token: it was revoked (\(place)); \(GitLabError.newToken)"
      case .unknown:
        "GitLab refuses the token: it does not know it (\(place)); check it, or "
          + GitLabError.newToken
      case .notByGitLab:
        "something in front of GitLab asks for a login: \(base) (\(place)); "
          + "let the API through without one"
      }
    case .insufficientScope(let scope):
      "the token lacks a scope: \(scope.map { "it needs \($0)" } ?? "GitLab names none") "
        + "(\(place)); \(GitLabError.newToken)"
    case .forbidden(let reason):
      "GitLab forbids it\(reason.map { ": \($0)" } ?? "") (\(place)); "
        + (GitLabError.isAboutAccount(reason)
          ? "put the account of the token's user in order"
          : "give the token's user the role Reporter, and see that the feature is on")
    case .notFound(let what?):
      "not found: \(what) (\(place)); it is gone, or the token's user may not see it"
    case .notFound(nil):
      "this GitLab does not know the resource (\(place)); check url, or update GitLab"
    case .moved(let target):
      "moved to \(target) (\(place)); use the new path"
    case .refusedRedirect(let location):
      "GitLab redirects to \"\(location)\", which is not followed (\(place)); check url"
    case .rateLimited(let retryAfter, let limiter):
      "GitLab's rate limit is reached\(limiter == .application ? " for this resource" : "") "
        + "(\(place)); "
        + (retryAfter.map { "it asks for \($0.components.seconds) s of rest" } ?? "wait a minute")
    case .serverError(let status, let message):
      "GitLab answers \(status)\(GitLabError.tail(message)) (\(place)); it is tried again"
    case .notJSON(let status, let title):
      "not GitLab's API: \(base) answers \(status) with a page, \"\(title)\" (\(place)); "
        + (status >= 500 ? "it is tried again" : "check url, proxy and what stands before GitLab")
    case .badJSON(let detail):
      "GitLab's answer cannot be read: \(detail) (\(place)); it is tried again"
    case .badRequest(let message):
      "GitLab does not accept the request\(GitLabError.tail(message)) (\(place)); "
        + "this version may be too old"
    case .methodNotAllowed(let message):
      "GitLab does not allow the request\(GitLabError.tail(message)) (\(place)); "
        + "the listing may be too long to be paged"
    case .unexpected(let status, let message):
      "GitLab answers \(status)\(GitLabError.tail(message)) (\(place)); check url"
    case .unusablePaging(let next):
      "GitLab's next page leads nowhere: \"\(next)\" (\(place)); it is tried again"
    }
  }

  private var place: String {
    project.map { "\($0), \(endpoint)" } ?? endpoint
  }

  private static let newToken = "make a new one with the scope read_api"

  private static func beginning(_ error: HTTPError) -> String {
    switch error {
    case .unusable, .unusableCAFile, .cancelled(false), .failed(_, false): "GitLab is not asked"
    case .bodyTooLarge, .malformedAnswer: "GitLab's answer cannot be used"
    case .cancelled(true): "GitLab's answer was not waited for"
    default: "GitLab does not answer"
    }
  }

  private static func tail(_ message: String) -> String {
    message.isEmpty ? "" : ": \(message)"
  }
}
