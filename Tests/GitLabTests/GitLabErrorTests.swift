import HTTP
import Testing

@testable import GitLab

@Suite struct GitLabErrorTests {
  /// What the JSON answer of each status means to a caller.
  private func expected(_ status: Int) -> (transient: Bool, token: Bool, project: Bool) {
    switch status {
    case 401: (false, true, false)
    case 403: (false, false, true)
    case 408, 425: (true, false, false)
    case 501, 505: (false, false, false)
    case 500...599: (true, false, false)
    default: (false, false, false)
    }
  }

  @Test func `fault 62, every status has its meaning`() async {
    for status in 201...599 {
      let scene = Scene(#"{"message":"x"}"#, status: status)
      let error = await failure { () async throws(GitLabError) in
        try await scene.client.pushEvents(.id(42))
      }
      guard let error else {
        Issue.record("\(status) was taken for an answer")
        continue
      }
      let found = (error.isTransient, error.isAboutToken, error.isAboutProject)
      #expect(found == expected(status), "\(status)")
      #expect(!error.isUnreachable)
    }
  }

  @Test(arguments: [
    (#"{"message":"404 Project Not Found"}"#, true),
    (#"{"message":"404 Commit Not Found"}"#, false),
    (#"{"message":"404 Not Found"}"#, false), (#"{"error":"404 Not Found"}"#, false),
  ])
  func `fault 65, only a missing project is news of the project`(
    body: String,
    isAboutProject: Bool
  ) async {
    let scene = Scene(body, status: 404)
    let error = await failure { () async throws(GitLabError) in
      try await scene.client.commit(.id(42), "abc")
    }
    #expect(error?.isAboutProject == isAboutProject)
  }

  @Test func `a page in place of JSON is no news of the project, whatever its status`() async {
    for status in 200...599 where status != 401 && status != 429 {
      let scene = Scene("<html>", status: status)
      let error = await failure { () async throws(GitLabError) in
        try await scene.client.pushEvents(.id(42))
      }
      #expect(error?.kind == .notJSON(status: status, title: "<html>"))
      #expect(error?.isAboutProject == false)
      #expect(error?.isAboutToken == false)
      #expect(error?.isOtherPage == (status < 500), "\(status)")
    }
  }

  @Test(
    arguments: [
      (.unusable("x"), false, false), (.unusableCAFile(path: "x", reason: "x"), false, false),
      (.cannotResolve(host: "x"), true, true), (.cannotResolveProxy(host: "x"), true, true),
      (.cannotConnect(reason: "x"), true, true), (.proxyRefused(reason: "x"), true, true),
      (.tlsFailed(reason: "x"), false, true), (.certificateRefused(.expired), false, true),
      (.timedOut(wasSent: false), true, true),
      (.timedOut(wasSent: true), true, false),
      (.connectionLost(reason: "x", wasSent: false), true, true),
      (.connectionLost(reason: "x", wasSent: true), true, false),
      (.bodyTooLarge(limit: 1), false, false),
      (.malformedAnswer(reason: "x"), true, false), (.cancelled(wasSent: false), false, false),
      (.cancelled(wasSent: true), false, false),
      (.failed(reason: "x", wasSent: false), true, false),
      (.failed(reason: "x", wasSent: true), true, false),
    ] as [(HTTPError, Bool, Bool)]
  )
  func `faults 49 to 57 and 82, every way to fail has its meaning`(
    cause: HTTPError,
    isTransient: Bool,
    isUnreachable: Bool
  ) async {
    let scene = Scene([.failure(cause)])
    let error = await failure { () async throws(GitLabError) in
      try await scene.client.pushEvents(.id(42))
    }
    #expect(error?.kind == .transport(cause))
    #expect(error?.isTransient == isTransient)
    #expect(error?.isUnreachable == isUnreachable)
    #expect(error?.isAboutToken == false)
    #expect(error?.isAboutProject == false)
    #expect(error?.isOtherPage == false)
  }

  @Test(arguments: [
    ("Your account has been blocked.", true), ("Your password expired. Please sign in", true),
    ("You must accept the Terms of Service", true),
    ("Your primary email address is not confirmed", true),
    ("Your account has been deactivated by your administrator", true), ("insufficient role", false),
  ])
  func `a user in trouble is a trouble of the token`(reason: String, isAboutToken: Bool) {
    let error = GitLabError(
      base: "https://g",
      endpoint: "projects/:id",
      project: .id(1),
      kind: .forbidden(reason: reason)
    )
    #expect(error.isAboutToken == isAboutToken)
    #expect(error.isAboutProject == !isAboutToken)
  }

  @Test(
    arguments: [
      (
        .unauthorized(reason: .expired),
        "GitLab refuses the token: it has expired (project 42, projects/:id/events); make a new one with the scope read_api"
      ),
      (
        .unauthorized(reason: .revoked),
        "GitLab refuses the token: it was revoked (project 42, projects/:id/events); make a new one with the scope read_api"
      ),
      (
        .unauthorized(reason: .unknown),
        "GitLab refuses the token: it does not know it (project 42, projects/:id/events); check it, or make a new one with the scope read_api"
      ),
      (
        .unauthorized(reason: .notByGitLab),
        "something in front of GitLab asks for a login: https://git.example (project 42, projects/:id/events); let the API through without one"
      ),
      (
        .insufficientScope(scope: "api read_api"),
        "the token lacks a scope: it needs api read_api (project 42, projects/:id/events); make a new one with the scope read_api"
      ),
      (
        .insufficientScope(scope: nil),
        "the token lacks a scope: GitLab names none (project 42, projects/:id/events); make a new one with the scope read_api"
      ),
      (
        .forbidden(reason: nil),
        "GitLab forbids it (project 42, projects/:id/events); give the token's user the role Reporter, and see that the feature is on"
      ),
      (
        .forbidden(reason: "Your account has been blocked."),
        "GitLab forbids it: Your account has been blocked. (project 42, projects/:id/events); put the account of the token's user in order"
      ),
      (
        .notFound(what: "Project"),
        "not found: Project (project 42, projects/:id/events); it is gone, or the token's user may not see it"
      ),
      (
        .notFound(what: nil),
        "this GitLab does not know the resource (project 42, projects/:id/events); check url, or update GitLab"
      ),
      (
        .moved(to: .id(43)),
        "moved to project 43 (project 42, projects/:id/events); use the new path"
      ),
      (
        .moved(to: .path("a/b")),
        "moved to project \"a/b\" (project 42, projects/:id/events); use the new path"
      ),
      (
        .refusedRedirect(location: "https://sso.example/"),
        "GitLab redirects to \"https://sso.example/\", which is not followed (project 42, projects/:id/events); check url"
      ),
      (
        .rateLimited(retryAfter: .seconds(17), by: .rack),
        "GitLab's rate limit is reached (project 42, projects/:id/events); it asks for 17 s of rest"
      ),
      (
        .rateLimited(retryAfter: nil, by: .application),
        "GitLab's rate limit is reached for this resource (project 42, projects/:id/events); wait a minute"
      ),
      (
        .serverError(status: 500, message: "500 Internal Server Error"),
        "GitLab answers 500: 500 Internal Server Error (project 42, projects/:id/events); it is tried again"
      ),
      (
        .serverError(status: 503, message: ""),
        "GitLab answers 503 (project 42, projects/:id/events); it is tried again"
      ),
      (
        .notJSON(status: 502, title: "<html>"),
        "not GitLab's API: https://git.example answers 502 with a page, \"<html>\" (project 42, projects/:id/events); it is tried again"
      ),
      (
        .notJSON(status: 200, title: "<html>"),
        "not GitLab's API: https://git.example answers 200 with a page, \"<html>\" (project 42, projects/:id/events); check url, proxy and what stands before GitLab"
      ),
      (
        .badJSON(detail: "no whole JSON document"),
        "GitLab's answer cannot be read: no whole JSON document (project 42, projects/:id/events); it is tried again"
      ),
      (
        .badRequest(message: "scope does not have a valid value"),
        "GitLab does not accept the request: scope does not have a valid value (project 42, projects/:id/events); this version may be too old"
      ),
      (
        .methodNotAllowed(message: ""),
        "GitLab does not allow the request (project 42, projects/:id/events); the listing may be too long to be paged"
      ),
      (
        .unexpected(status: 418, message: "tea"),
        "GitLab answers 418: tea (project 42, projects/:id/events); check url"
      ),
      (
        .unusablePaging(next: "1"),
        "GitLab's next page leads nowhere: \"1\" (project 42, projects/:id/events); it is tried again"
      ),
    ] as [(GitLabError.Kind, String)]
  )
  func `each kind has its sentence`(kind: GitLabError.Kind, sentence: String) {
    let error = GitLabError(
      base: "https://git.example",
      endpoint: "projects/:id/events",
      project: .id(42),
      kind: kind
    )
    #expect(error.description == sentence)
  }

  @Test(
    arguments: [
      (.cannotConnect(reason: "refused"), "GitLab does not answer: https://git.example/gitlab: "),
      (.timedOut(wasSent: true), "GitLab does not answer: https://git.example/gitlab: "),
      (.unusable("x"), "GitLab is not asked: https://git.example/gitlab: "),
      (
        .unusableCAFile(path: "x", reason: "x"), "GitLab is not asked: https://git.example/gitlab: "
      ),
      (.bodyTooLarge(limit: 8), "GitLab's answer cannot be used: https://git.example/gitlab: "),
      (
        .malformedAnswer(reason: "x"),
        "GitLab's answer cannot be used: https://git.example/gitlab: "
      ),
      (
        .cancelled(wasSent: true),
        "GitLab's answer was not waited for: https://git.example/gitlab: "
      ),
    ] as [(HTTPError, String)]
  )
  func `a failed exchange is told with its cause`(cause: HTTPError, beginning: String) async {
    // The user and password of a base URL are nobody's business.
    let scene = Scene([.failure(cause)], base: "https://user:pass@git.example/gitlab/")
    let error = await failure { () async throws(GitLabError) in try await scene.client.metadata() }
    let advice = cause.advice.map { "; \($0)" } ?? ""
    #expect(error?.description == "\(beginning)\(cause) (metadata)\(advice)")
  }
}
