internal import Changes
internal import GitLab

/// Asks GitLab which projects had a push lately, in one listing instead of a question to each.
///
/// An event moves its project's `last_activity_at` unless that is less than an hour old, in the
/// event's own transaction; so a project with an event after T shows an activity after T - 1 h.
struct Gate: Sendable {
  /// GitLab's own distance between two updates, and a slack, in milliseconds.
  private static let staleness: Int64 = 65 * 60_000

  let client: GitLabClient
  let requester: Requester
  /// Milliseconds of the pass that must be left: the rest belongs to the projects.
  let reserve: Int64

  /// What the gate saw.
  struct Answer: Sendable, Equatable {
    /// The active projects as they are named now; nil when the list is too long: each project is to
    /// be asked, now or as soon as there is time.
    var active: [Int: ProjectFacts]?
    /// GitLab's time of the answer: the next gate asks from here.
    var serverDate: Timestamp?
    /// How far GitLab's clock is ahead of ours, in milliseconds.
    var clockDifference: Int64?
    /// The requests that GitLab still allows in this minute, where it tells.
    var allowedRequests: Int64?
  }

  /// Returns the projects that may have news since a time of GitLab's clock.
  ///
  /// - Parameters:
  ///   - since: GitLab's time of the last gate.
  ///   - pageLimit: Pages after which asking the projects themselves is cheaper.
  /// - Returns: The projects, or that there are too many to list.
  /// - Throws: `PollError` when the first page could not be read.
  func activeProjects(
    since: Timestamp,
    pageLimit: Int
  ) async throws(PollError) -> Answer {
    let after = since.milliseconds - Self.staleness
    var answer = Answer()
    var active: [Int: ProjectFacts] = [:]
    var page: PageCursor?
    for _ in 0..<max(pageLimit, 1) {
      let next = page
      let rows: Page<GitLab.Project>
      do {
        rows = try await requester.ask(.projectList, reserving: reserve) {
          timeout throws(GitLabError) in
          try await client.limited(to: timeout).memberProjects(activeAfter: after, at: next)
        }
      } catch .outOfTime where answer.serverDate != nil {
        break
      } catch {
        throw error
      }
      for row in rows.rows {
        active[Int(row.id)] = ProjectFacts(row, gitlabURL: client.base)
      }
      answer.clockDifference = rows.serverDate.map(requester.clockDifference)
      answer.allowedRequests = rows.rateLimit?.remaining
      answer.serverDate =
        answer.serverDate ?? rows.serverDate.map(Timestamp.init(milliseconds:))
      guard rows.next != nil else {
        answer.active = active
        break
      }
      page = rows.next
    }
    return answer
  }
}
