import HTTP
import Testing

@testable import GitLab

@Suite struct RefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var status: Int
    var headers: [(String, String)]
    var body: String
    var kind: GitLabError.Kind

    init(
      _ status: Int,
      _ body: String,
      _ headers: [(String, String)] = [],
      _ kind: GitLabError.Kind
    ) {
      testDescription = "\(status) \(body.prefix(60))"
      self.status = status
      self.headers = headers
      self.body = body
      self.kind = kind
    }
  }

  static let html = [("Content-Type", "text/html; charset=utf-8")]
  static let page = "<!DOCTYPE html>\n<html>\n<head><title>Sign in · GitLab</title></head></html>"
  static let pageTitle = "Sign in · GitLab"

  static let cases: [Case] = [
    Case(
      400,
      #"{"error":"scope does not have a valid value"}"#,
      [],
      .badRequest(message: "scope does not have a valid value")
    ),
    Case(
      400,
      #"{"message":"400 Bad request - no"}"#,
      [],
      .badRequest(message: "400 Bad request - no")
    ),
    Case(
      400,
      #"{"message":{"name":["is too long","is odd"],"base":{"x":1}}}"#,
      [],
      .badRequest(message: "base: x: 1; name: is too long, is odd")
    ),
    Case(400, #"{"message":["one","two",null,true]}"#, [], .badRequest(message: "one, two")),
    Case(400, "{}", [], .badRequest(message: "")),
    Case(401, #"{"message":"401 Unauthorized"}"#, [], .unauthorized(reason: .unknown)),
    Case(
      401,
      #"{"error":"invalid_token","error_description":"Token is expired. You can either do re-authorization or token refresh."}"#,
      [],
      .unauthorized(reason: .expired)
    ),
    Case(
      401,
      #"{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}"#,
      [],
      .unauthorized(reason: .revoked)
    ),
    Case(401, page, html, .unauthorized(reason: .notByGitLab)),
    Case(401, "", [], .unauthorized(reason: .notByGitLab)),
    Case(
      403,
      #"{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api read_api"}"#,
      [],
      .insufficientScope(scope: "api read_api")
    ),
    Case(403, #"{"error":"insufficient_scope"}"#, [], .insufficientScope(scope: nil)),
    Case(403, #"{"message":"403 Forbidden"}"#, [], .forbidden(reason: nil)),
    Case(
      403,
      #"{"message":"403 Forbidden - Your account has been blocked."}"#,
      [],
      .forbidden(reason: "Your account has been blocked.")
    ),
    Case(403, #"{"error":"forbidden"}"#, [], .forbidden(reason: "forbidden")),
    Case(403, page, html, .notJSON(status: 403, title: pageTitle)),
    Case(404, #"{"message":"404 Project Not Found"}"#, [], .notFound(what: "Project")),
    Case(404, #"{"message":"404 Ref Not Found"}"#, [], .notFound(what: "Ref")),
    Case(404, #"{"message":"404 Not found"}"#, [], .notFound(what: "resource")),
    Case(404, #"{"error":"404 Not Found"}"#, [], .notFound(what: nil)),
    Case(404, #"{"message":"gone"}"#, [], .notFound(what: "gone")),
    Case(404, page, html, .notJSON(status: 404, title: pageTitle)),
    Case(
      405,
      #"{"error":"Offset pagination has a maximum allowed offset of 50000"}"#,
      [],
      .methodNotAllowed(message: "Offset pagination has a maximum allowed offset of 50000")
    ),
    Case(
      409,
      #"{"message":"409 Conflict"}"#,
      [],
      .unexpected(status: 409, message: "409 Conflict")
    ),
    Case(
      500,
      #"{"message":"500 Internal Server Error"}"#,
      [],
      .serverError(status: 500, message: "500 Internal Server Error")
    ),
    Case(500, "", [], .serverError(status: 500, message: "")),
    Case(
      502,
      "<html>\r\n<head><title>502 Bad Gateway</title></head>",
      html,
      .notJSON(status: 502, title: "502 Bad Gateway")
    ),
    Case(
      503,
      "GitLab is not responding",
      [("Content-Type", "text/plain")],
      .notJSON(status: 503, title: "GitLab is not responding")
    ),
    Case(
      503,
      #"{"message":"503 Service Unavailable"}"#,
      [],
      .serverError(status: 503, message: "503 Service Unavailable")
    ),
    Case(200, page, html, .notJSON(status: 200, title: pageTitle)),
    Case(200, "", [], .notJSON(status: 200, title: "")),
    Case(200, "null", [], .notJSON(status: 200, title: "null")),
    Case(204, "", [], .notJSON(status: 204, title: "")),
    Case(206, "[]", [], .notJSON(status: 206, title: "[]")),
    Case(
      302,
      page,
      html + [("Location", "https://git.example/users/sign_in")],
      .notJSON(status: 302, title: pageTitle)
    ),
    Case(
      302,
      page,
      html + [("Location", "/users/sign_in?x=1")],
      .notJSON(status: 302, title: pageTitle)
    ),
    Case(304, "", [], .notJSON(status: 304, title: "")),
    Case(301, "moved", [], .notJSON(status: 301, title: "moved")),
  ]

  @Test(arguments: cases)
  func `faults 58, 62, 64 and 65, a refusal is told apart by status and body`(
    refusal: Case
  ) async {
    let scene = Scene(refusal.body, status: refusal.status, headers: refusal.headers)
    let error = await failure { () async throws(GitLabError) in
      try await scene.client.pushEvents(.id(42))
    }
    #expect(
      error
        == GitLabError(
          base: "https://git.example",
          endpoint: "projects/:id/events",
          project: .id(42),
          kind: refusal.kind
        )
    )
  }

  @Test(
    arguments: [
      ("https://git.example/api/v4/projects/42/events?x=1", .moved(to: .id(42))),
      ("/api/v4/projects/42", .moved(to: .id(42))),
      ("https://GIT.example:443/api/v4/projects/new%2Fplace", .moved(to: .path("new/place"))),
      // The address that GitLab believes to have may be another; nothing is sent there.
      ("http://internal:8080/gitlab/api/v4/projects/42/events", .moved(to: .id(42))),
      (
        "https://elsewhere/api/v4/projects/new%2Fplace",
        .refusedRedirect(location: "https://elsewhere/api/v4/projects/new%2Fplace")
      ),
      (
        "https://git.example/api/v4/projects/old%2Fplace/events",
        .refusedRedirect(location: "https://git.example/api/v4/projects/old%2Fplace/events")
      ),
      (
        "https://git.example/api/v4/projects/0",
        .refusedRedirect(location: "https://git.example/api/v4/projects/0")
      ),
      (
        "https://git.example/api/v4/projects/99999999999999999999",
        .refusedRedirect(location: "https://git.example/api/v4/projects/99999999999999999999")
      ),
    ] as [(String, GitLabError.Kind)]
  )
  func `fault 66, a moved project is told by where it went`(
    location: String,
    kind: GitLabError.Kind
  ) async {
    let scene = Scene("moved", status: 301, headers: [("Location", location)])
    let error = await failure { () async throws(GitLabError) in
      try await scene.client.pushEvents(.path("old/place"))
    }
    #expect(error?.kind == kind)
    #expect(scene.transport.urls.count == 1)
  }

  @Test(arguments: [
    (
      "http://git.example/api/v4/projects/42/events", "http://git.example/api/v4/projects/42/events"
    ),
    ("https://evil.example/api/v4/projects/43", "https://evil.example/api/v4/projects/43"),
    ("https://u:p@evil.example/x?token=1#f", "https://evil.example/x"),
    ("//evil.example/x", "//evil.example/x"), ("file:///etc/passwd", "file:///etc/passwd"),
    ("http://127.0.0.1:1/\u{1B}[31m", "http://127.0.0.1:1/[31m"), ("\\\\evil", "\\\\evil"),
    ("/-/maintenance", "/-/maintenance"), ("elsewhere", "elsewhere"),
    ("https://sso.example/users/sign_in", "https://sso.example/users/sign_in"),
  ])
  func `fault 67, a redirect is never followed, and told without its query`(
    location: String,
    told: String
  ) async {
    for status in [301, 302, 303, 307, 308] {
      let scene = Scene("", status: status, headers: [("Location", location)])
      let error = await failure { () async throws(GitLabError) in
        try await scene.client.pushEvents(.id(42))
      }
      #expect(error?.kind == .refusedRedirect(location: told))
      #expect(error?.isOtherPage == true)
      #expect(scene.transport.urls.count == 1)
    }
  }

  static let date = ("Date", "Sat, 10 Jan 2026 09:00:01 GMT")
  static let limited =
    #"{"message":{"error":"This endpoint has been requested too many times. Try again later."}}"#

  @Test(
    arguments: [
      ([("Retry-After", "17")], .seconds(17)),
      ([("Retry-After", "0")], .zero),
      ([("Retry-After", "-5")], nil),
      ([("Retry-After", "99999999")], .seconds(31_622_400)),
      ([("Retry-After", "99999999999999999999")], nil),
      ([("Retry-After", "soon")], nil), ([("Retry-After", "")], nil),
      ([("Retry-After", "1.5")], nil),
      ([("Retry-After", "Sat, 10 Jan 2026 09:02:01 GMT"), date], .seconds(120)),
      ([("Retry-After", "Sat, 10 Jan 2026 09:02:01 GMT")], nil),
      ([("Retry-After", "Sat, 10 Jan 2026 08:59:01 GMT"), date], nil),
      ([("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"), date], .seconds(31_622_400)),
      ([("RateLimit-Reset", "1768035631"), date], .seconds(30)),
      ([("RateLimit-Reset", "1768035631")], nil),
      ([("RateLimit-Reset", "1768035000"), date], nil),
      ([], nil),
    ] as [([(String, String)], Duration?)]
  )
  func `fault 59, the time to wait is read in each of its forms`(
    headers: [(String, String)],
    expected: Duration?
  ) async {
    let scene = Scene("Retry later\n", status: 429, headers: headers)
    let error = await failure { () async throws(GitLabError) in
      try await scene.client.failedJobs(.id(42))
    }
    #expect(error?.kind == .rateLimited(retryAfter: expected, by: .rack))
  }

  @Test(
    arguments: [
      ("Retry later\n", [], .rack), ("", [], .rack), (page, html, .rack),
      (limited, [], .application), (limited, [("RateLimit-Remaining", "0")], .rack),
    ] as [(String, [(String, String)], GitLabError.RateLimiter)]
  )
  func `fault 60, the two systems of limits are told apart`(
    body: String,
    headers: [(String, String)],
    limiter: GitLabError.RateLimiter
  ) async {
    let scene = Scene(body, status: 429, headers: headers)
    let error = await failure { () async throws(GitLabError) in
      try await scene.client.failedJobs(.id(42))
    }
    #expect(error?.kind == .rateLimited(retryAfter: nil, by: limiter))
    #expect(error?.isTransient == false)
  }

  @Test func `what GitLab says is told on one line, short and clean`() async {
    let long = "a\\u0000\\u001b[31m\\r\\n\\t \\u202eb" + String(repeating: "长", count: 400)
    let scene = Scene(#"{"message":"\#(long)"}"#, status: 500)
    let error = await failure { () async throws(GitLabError) in
      try await scene.client.pushEvents(.id(42))
    }
    let told = "a[31m b" + String(repeating: "长", count: 193) + "…"
    #expect(error?.kind == .serverError(status: 500, message: told))
  }

  @Test func `a canary in every answer never shows the token`() async {
    let secret = Scene.secret
    let echoes: [Result<HTTPResponse, HTTPError>] = [
      .reply(secret), .reply("<p>\(secret)", status: 404),
      .reply(#"{"message":"\#(secret)"}"#, status: 500),
      .reply(#"{"error":"insufficient_scope","scope":"\#(secret)"}"#, status: 403),
      .reply(#"{"message":"403 Forbidden - \#(secret)"}"#, status: 403),
      .reply(#"{"message":"404 \#(secret) Not Found"}"#, status: 404),
      .reply(#"{"message":{"\#(secret)":["\#(secret)"]}}"#, status: 400),
      .reply(
        "",
        status: 302,
        headers: [("Location", "https://evil.example/\(secret)?t=\(secret)")]
      ),
      .reply("[]", headers: [("X-Next-Page", secret)]),
      .reply("[]", headers: [("Link", "<https://g/\(secret)>; rel=\"next\"")]),
      .reply("[", headers: [("Content-Type", secret)]),
      .reply("x", headers: [("Content-Type", secret)]),
      .reply(String(repeating: " ", count: 70) + "<p>\(secret)", status: 503),
      .reply(String(repeating: "x", count: 70) + "\(secret)", status: 503),
      .failure(.timedOut(wasSent: true)),
    ]
    for echo in echoes {
      let scene = Scene([echo])
      let error = await failure { () async throws(GitLabError) in
        try await scene.client.pushEvents(.id(42))
      }
      guard let error else {
        Issue.record("no failure for \(echo)")
        continue
      }
      var dumped = ""
      dump(error, to: &dumped)
      for text in [error.description, String(reflecting: error), dumped] {
        #expect(!text.contains("canary"))
      }
    }
  }

  @Test func `neither the token nor its client shows it`() {
    let token = AccessToken(Scene.secret)
    let scene = Scene([])
    var dumped = ""
    dump(token, to: &dumped)
    dump(scene.client, to: &dumped)
    let texts = [
      dumped, "\(token)", String(reflecting: token), String(describing: scene.client),
      String(reflecting: scene.client), "\(Optional(token) as Any)", "\([token])",
    ]
    for text in texts {
      #expect(!text.contains("canary"))
    }
    #expect("\(token)" == "[token]")
  }
}
