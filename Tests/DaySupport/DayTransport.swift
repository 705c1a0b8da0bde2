import HTTP
import TestSupport

/// Lets time pass and the day go on before each request is answered.
struct DayTransport: Transport {
  /// What a request to GitLab takes of the pass: a fiftieth of a second, eight at a time.
  private static let gitlabMilliseconds: Int64 = 3
  private static let wecomMilliseconds: Int64 = 100

  let gitlabURL: String
  let day: Day
  let next: SandboxTransport

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let isGitLab = request.url.hasPrefix(gitlabURL)
    day.clock.advance(milliseconds: isGitLab ? Self.gitlabMilliseconds : Self.wecomMilliseconds)
    day.catchUp()
    return try await next.send(request)
  }
}
