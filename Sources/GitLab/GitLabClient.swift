import FoundationEssentials
package import HTTP

/// Asks one GitLab over its REST API (v4), and only ever reads.
///
/// Each call is one request, but for the documented fallbacks. The client does not repeat, wait,
/// limit or log: that is the caller's. Nothing that GitLab answers can move the token to another
/// origin: redirects are not followed, and of links only the place where a listing goes on is
/// taken.
package struct GitLabClient: Sendable {
  /// The longest that a connection may take to stand.
  package static let connectTimeout: Duration = .seconds(5)

  /// The base URL without a slash at its end.
  package let base: String
  private let token: AccessToken
  private let transport: any Transport
  private let connection: HTTPRequest.Connection
  private var timeout: Duration

  /// Makes a client.
  ///
  /// - Parameters:
  ///   - baseURL: Where GitLab lives, as in `https://host/gitlab`; a relative root is kept.
  ///   - token: A personal, project or group token with the scope `read_api`.
  ///   - transport: What sends the requests.
  ///   - connection: How GitLab is reached.
  ///   - timeout: For one request, from its start to its whole answer.
  package init(
    baseURL: String,
    token: AccessToken,
    transport: any Transport,
    connection: HTTPRequest.Connection = HTTPRequest.Connection(),
    timeout: Duration = .seconds(30)
  ) {
    base = String(baseURL.reversed().drop { $0 == "/" }.reversed())
    self.token = token
    self.transport = transport
    self.connection = connection
    self.timeout = timeout
  }

  /// Returns the same client with less time for one request.
  package func limited(to timeout: Duration) -> GitLabClient {
    var client = self
    client.timeout = min(self.timeout, timeout)
    return client
  }

  /// Returns the single value of a resource.
  func get<Value: Decodable>(
    _ type: Value.Type,
    _ endpoint: Endpoint
  ) async throws(GitLabError) -> Value {
    try decode(type, from: try await answer(to: endpoint), endpoint)
  }

  /// Returns one page of a listing; rows that cannot be used are counted.
  func get<Row: Decodable & Sendable & Equatable>(
    pageOf type: Row.Type,
    _ endpoint: Endpoint,
    at cursor: PageCursor?,
    perPage: Int,
    userInfo: [CodingUserInfoKey: any Sendable] = [:]
  ) async throws(GitLabError) -> Page<Row> {
    let endpoint = endpoint.page(cursor, perPage: perPage)
    let response = try await answer(to: endpoint)
    let found = try decode([LenientRow<Row>].self, from: response, endpoint, userInfo: userInfo)
    let rows = found.compactMap(\.row)
    let paging = Paging(response: response, endpoint: endpoint, cursor: cursor)
    let next: PageCursor?
    switch paging.next(rowCount: found.count, perPage: perPage) {
    case .success(let cursor): next = cursor
    case .failure(let unusable):
      let text = Cleaning.line(token.redacted(from: unusable.text), limit: 200)
      throw error(.unusablePaging(next: text), endpoint)
    }
    return Page(
      rows: rows,
      skippedRows: found.count - rows.count,
      next: next,
      total: response.header("X-Total").flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil },
      serverDate: Refusal.serverDate(of: response),
      rateLimit: RateLimit(response)
    )
  }

  /// Sends one request and returns its answer, whose body begins like JSON.
  func answer(to endpoint: Endpoint) async throws(GitLabError) -> HTTPResponse {
    guard token.isUsable else {
      let reason = "the token is empty or holds a character that no token has"
      throw error(.transport(.unusable(reason)), endpoint)
    }
    let request = HTTPRequest(
      url: "\(base)/api/v4/\(endpoint.path)\(URLText.query(endpoint.query))",
      headers: [
        HTTPHeader("Accept", "application/json"),
        HTTPHeader("Authorization", "Bearer \(token.reveal())"),
      ],
      connection: connection,
      timeout: timeout,
      connectTimeout: min(timeout, Self.connectTimeout),
      byteLimit: 8 << 20
    )
    let response: HTTPResponse
    do {
      response = try await transport.send(request)
    } catch {
      throw self.error(.transport(error), endpoint)
    }
    let refusal = Refusal(
      response: response,
      base: base,
      project: endpoint.project,
      token: token
    )
    if let kind = refusal.kind { throw error(kind, endpoint) }
    return response
  }

  /// Decodes an answer's body.
  func decode<Value: Decodable>(
    _ type: Value.Type,
    from response: HTTPResponse,
    _ endpoint: Endpoint,
    userInfo: [CodingUserInfoKey: any Sendable] = [:]
  ) throws(GitLabError) -> Value {
    do {
      let decoder = JSONDecoder()
      decoder.userInfo = userInfo
      return try decoder.decode(type, from: Data(JSONRepair.repaired(response.body)))
    } catch let failure as DecodingError {
      throw error(.badJSON(detail: GitLabClient.detail(of: failure)), endpoint)
    } catch {
      throw self.error(.badJSON(detail: "it cannot be decoded"), endpoint)
    }
  }

  private func error(_ kind: GitLabError.Kind, _ endpoint: Endpoint) -> GitLabError {
    GitLabError(
      base: Refusal.withoutUser(base),
      endpoint: endpoint.template,
      project: endpoint.project,
      kind: kind
    )
  }

  // A decoder's own words may quote the body, so only the place is told.
  private static func detail(of failure: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let keys = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
      return keys.isEmpty ? "the top" : Cleaning.line(keys.joined(separator: "."), limit: 80)
    }
    switch failure {
    case .typeMismatch(_, let context): return "another type than expected at \(place(context))"
    case .valueNotFound(_, let context): return "null at \(place(context))"
    case .keyNotFound(let key, _):
      return "no key \"\(Cleaning.line(key.stringValue, limit: 80))\""
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      return "no whole JSON document"
    case .dataCorrupted(let context): return "no usable value at \(place(context))"
    @unknown default: return "it cannot be decoded"
    }
  }
}
