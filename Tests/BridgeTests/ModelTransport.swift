import HTTP

/// Lets things happen in the world before each request to GitLab is answered.
struct ModelTransport: Transport {
  let gitlabURL: String
  let world: ModelWorld
  let next: any Transport

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    if request.url.hasPrefix(gitlabURL) { world.beforeRequest() }
    return try await next.send(request)
  }
}
