extension GitLabClient {
  /// Returns a project's pushes, the newest first by id.
  ///
  /// Rows that the token's user may not see are left out after paging, so an empty page proves
  /// neither the end nor the right to see pushes. <https://docs.gitlab.com/api/events/>
  ///
  /// - `after`: Only pushes of later days than this one, as in `2026-11-20`; the day itself is
  ///   left out, by the server's time zone.
  /// - `known`: Of events up to this id only the id and the time are told.
  package func pushEvents(
    _ project: ProjectReference,
    after: String? = nil,
    known: Int64? = nil,
    at cursor: PageCursor? = nil,
    perPage: Int = 100
  ) async throws(GitLabError) -> Page<PushEvent> {
    var query = [QueryItem("action", "pushed")]
    if let after { query.append(QueryItem("after", after)) }
    let endpoint = Endpoint("projects/:id/events", of: project, query: query)
    var page = try await get(
      pageOf: PushEvent.self,
      endpoint,
      at: cursor,
      perPage: perPage,
      userInfo: known.map { [.knownEvents: $0] } ?? [:]
    )
    // GitLab counts to about 10,000 rows and names no page beyond, though it has them; that it
    // could not count them all it shows by leaving the total out.
    guard page.next == nil, page.total == nil, !page.rows.isEmpty else { return page }
    let number: Int64
    switch cursor {
    case nil: number = 1
    case .page(let current): number = current
    default: return page
    }
    if number < .max, number >= 10_000 / Int64(min(max(perPage, 1), 100)) {
      page.next = .page(number + 1)
    }
    return page
  }
}
