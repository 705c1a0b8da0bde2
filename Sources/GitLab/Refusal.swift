import HTTP

/// Reads why an answer is none: the status, the shape of the body, the headers.
struct Refusal {
  var response: HTTPResponse
  /// The base URL that was asked.
  var base: String
  var project: ProjectReference?
  var token: AccessToken

  /// Returns what is wrong with the answer, or nil when its body is JSON to be decoded.
  var kind: GitLabError.Kind? {
    let status = response.status
    switch status {
    case 200: return looksLikeJSON ? nil : notJSON
    case 301, 302, 303, 307, 308: return redirect
    case 429: return rateLimited
    default: break
    }
    guard let body = ErrorBody(response.body) else {
      // An empty 5xx is still a server's failure; any other answer without JSON is a page.
      switch status {
      case 401: return .unauthorized(reason: .notByGitLab)
      case 500... where response.body.isEmpty: return .serverError(status: status, message: "")
      default: return notJSON
      }
    }
    let message = clean(body.words)
    switch status {
    case 400: return .badRequest(message: message)
    case 401: return .unauthorized(reason: Refusal.tokenRefusal(message))
    case 403 where body.code == "insufficient_scope":
      return .insufficientScope(scope: body.scope.map(clean))
    case 403: return .forbidden(reason: Refusal.reason(in: message))
    // An unknown route is told under another key than a missing thing.
    case 404: return .notFound(what: body.code == nil ? Refusal.missingThing(in: message) : nil)
    case 405: return .methodNotAllowed(message: message)
    case 500...: return .serverError(status: status, message: message)
    default: return .unexpected(status: status, message: message)
    }
  }

  /// The server's clock, from the `Date` header.
  static func serverDate(of response: HTTPResponse) -> Int64? {
    response.header("Date").flatMap(GitLabTime.milliseconds(fromHTTPDate:))
  }

  private var looksLikeJSON: Bool {
    // The content type proves nothing: proxies rewrite it, and a page never begins like this.
    let first = response.body.first { !ErrorBody.blanks.contains($0) }
    return first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
  }

  private var notJSON: GitLabError.Kind {
    .notJSON(
      status: response.status,
      title: Cleaning.line(token.redacted(from: response.pageTitle), limit: 80)
    )
  }

  private var redirect: GitLabError.Kind {
    guard let location = response.header("Location"), !location.isEmpty else { return notJSON }
    let own = URLText.parts(of: base)
    let isRelative = location.hasPrefix("/") && !location.hasPrefix("//")
    let target = URLText.parts(of: isRelative ? (own?.origin ?? "") + location : location)
    let isOwn = target != nil && target?.origin == own?.origin
    if let path = target?.path, let reference = Refusal.project(in: path),
      case .path = project, reference != project
    {
      // Nothing is sent to the location: an id is good wherever GitLab believes to live, since
      // its configured address may be another than the one it is reached by.
      switch reference {
      case .id: return .moved(to: reference)
      case .path: if isOwn { return .moved(to: reference) }
      }
    }
    if isOwn, target?.path.hasSuffix("/users/sign_in") == true { return notJSON }
    let withoutQuery = location.prefix { $0 != "?" && $0 != "#" }
    return .refusedRedirect(location: clean(Refusal.withoutUser(String(withoutQuery))))
  }

  private var rateLimited: GitLabError.Kind {
    let isApplication = RateLimit(response) == nil && ErrorBody(response.body) != nil
    return .rateLimited(retryAfter: retryAfter, by: isApplication ? .application : .rack)
  }

  /// How long GitLab asks to wait: `Retry-After` as seconds or as a date, else the limit's reset.
  private var retryAfter: Duration? {
    let longest: Int64 = 366 * 86_400
    let now = Refusal.serverDate(of: response)
    if let text = response.header("Retry-After") {
      if let seconds = Int64(text) {
        return seconds >= 0 ? .seconds(min(seconds, longest)) : nil
      }
      guard let now, let then = GitLabTime.milliseconds(fromHTTPDate: text), then >= now else {
        return nil
      }
      return .milliseconds(min(then - now, longest * 1000))
    }
    guard let now, let reset = RateLimit(response)?.reset, reset >= now / 1000 else { return nil }
    return .seconds(min(reset - now / 1000, longest))
  }

  private func clean(_ text: String) -> String {
    Cleaning.line(token.redacted(from: text), limit: 200)
  }

  /// Returns a URL without the user's name and password that may stand in it.
  static func withoutUser(_ url: String) -> String {
    guard let separator = url.firstRange(of: "//") else { return url }
    let rest = url[separator.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let at = authority.lastIndex(of: "@") else { return url }
    return String(url[..<separator.upperBound] + rest[rest.index(after: at)...])
  }

  /// Returns the project that an address of the API names, as in `…/api/v4/projects/42/events`.
  private static func project(in path: String) -> ProjectReference? {
    guard let marker = path.firstRange(of: "/api/v4/projects/") else { return nil }
    let segment = path[marker.upperBound...].prefix { $0 != "/" }
    guard let text = URLText.decoded(segment), !text.isEmpty else { return nil }
    guard text.utf8.allSatisfy({ 0x30 <= $0 && $0 <= 0x39 }) else { return .path(text) }
    return Int64(text).flatMap { $0 > 0 ? .id($0) : nil }
  }

  private static func tokenRefusal(_ message: String) -> GitLabError.TokenRefusal {
    let message = message.lowercased()
    if message.contains("expired") { return .expired }
    if message.contains("revoked") { return .revoked }
    return .unknown
  }

  /// Returns the reason in `403 Forbidden - reason`; nil when none is given.
  private static func reason(in message: String) -> String? {
    var rest = message[...]
    if rest.hasPrefix("403 Forbidden") { rest = rest.dropFirst("403 Forbidden".count) }
    let reason = rest.drop { $0 == " " || $0 == "-" || $0 == ":" }
    return reason.isEmpty ? nil : String(reason)
  }

  /// Returns the thing in `404 Thing Not Found`.
  private static func missingThing(in message: String) -> String {
    var rest = message[...]
    if rest.hasPrefix("404 ") { rest = rest.dropFirst(4) }
    if rest.lowercased().hasSuffix("not found") { rest = rest.dropLast("not found".count) }
    let thing = rest.reversed().drop { $0 == " " }.reversed()
    return thing.isEmpty ? "resource" : String(thing)
  }
}
