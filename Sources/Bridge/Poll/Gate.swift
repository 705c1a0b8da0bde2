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
  /// GitLab's time of the last gate: whoever may have news since then is listed.
  let since: Timestamp
  /// Pages after which asking the projects themselves is cheaper.
  let pageLimit: Int
  /// Milliseconds of the pass that must be left: the rest belongs to the projects.
  let reserve: Int64

  /// What the gate has seen so far.
  struct Answer: Sendable {
    /// How far the list was read.
    enum Extent: Sendable, Equatable {
      /// The list goes on; nil is its beginning.
      case open(next: PageCursor?)
      /// Whoever was not named has had no push.
      case whole
      /// The list is too long: whoever was not named is to be asked, now or when there is time.
      case cut
    }

    var extent = Extent.open(next: nil)
    var pages = 0
    /// The active projects of the newest page, as they are named now.
    var named: [ProjectFacts] = []
    /// GitLab's time of the first answer: the next gate asks from here.
    var serverDate: Timestamp?
    /// How far GitLab's clock is ahead of ours, in milliseconds.
    var clockDifference: Int64?
    /// The requests that GitLab still allows in this minute, where it tells.
    var allowedRequests: Int64?
  }

  /// Reads the next page of a list that goes on.
  ///
  /// - Throws: `PollError` when the page could not be read; that the time was up after an earlier
  ///   one cuts the list, and is no error.
  func page(after last: Answer) async throws(PollError) -> Answer {
    guard case .open(let next) = last.extent else { return last }
    let after = since.milliseconds - Self.staleness
    var answer = last
    answer.named = []
    let rows: Page<GitLab.Project>
    do {
      rows = try await requester.ask(.projectList, reserving: reserve) {
        timeout throws(GitLabError) in
        try await client.limited(to: timeout).memberProjects(activeAfter: after, at: next)
      }
    } catch .outOfTime where last.serverDate != nil {
      answer.extent = .cut
      return answer
    } catch {
      throw error
    }
    answer.pages += 1
    answer.named = rows.rows.map { ProjectFacts($0, gitlabURL: client.base) }
    answer.serverDate = answer.serverDate ?? rows.serverDate.map(Timestamp.init(milliseconds:))
    answer.clockDifference = rows.serverDate.map(requester.clockDifference)
    answer.allowedRequests = rows.rateLimit?.remaining
    if rows.next == nil {
      answer.extent = .whole
    } else {
      answer.extent = answer.pages < pageLimit ? .open(next: rows.next) : .cut
    }
    return answer
  }
}
