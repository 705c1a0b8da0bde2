internal import Changes
internal import GitLab

/// Reads the push events of one project from its cursor on.
struct PushReader: Sendable {
  /// Rows of the first, cheap page; an idle project needs no more.
  private static let firstPageSize = 20
  /// Rows of a page when there is more to read.
  private static let fullPageSize = 100
  /// Rows after which GitLab's own count, and with it `X-Next-Page`, ends.
  private static let countCap: Int64 = 10_000
  /// Empty pages in a row that end a reading beyond the cap.
  private static let emptyPageLimit = 3

  /// What a reading gave.
  struct Reading: Sendable {
    /// Every row read, newest first, known ones among them.
    var rows: [PushEvent] = []
    /// GitLab's time of the first page.
    var serverDate: Timestamp?
    /// Whether the ids went back.
    var isRewound = false
    /// Whether one cheap page was not enough.
    var isLong: Bool { rows.count > PushReader.firstPageSize }
  }

  let client: GitLabClient
  let requester: Requester
  let project: Int64
  /// The local time, for an answer without a time of its own.
  let now: Timestamp

  /// Reads newest rows first, until one that is done with, or the end.
  ///
  /// Pages are followed by GitLab's headers alone: rows that the token may not see are taken out
  /// after paging, so a page can be short or empty in the middle. Rows that arrive while pages are
  /// read shift later ones, which only repeats them; rows that vanish could hide one, which
  /// `X-Total` betrays, and the reading begins again.
  ///
  /// - Throws: `PollError`; nothing is then known of the project.
  func read(from cursor: EventCursor) async throws(PollError) -> Reading {
    let first = try await page(nil, size: Self.firstPageSize, known: cursor.floor)
    var reading = Reading(
      rows: first.rows,
      serverDate: first.serverDate.map(Timestamp.init(milliseconds:))
    )
    let sightings = first.rows.map(\.sighting)
    reading.isRewound = cursor.isRewound(by: sightings, now: reading.serverDate ?? now)
    guard !reading.isRewound, !cursor.isReached(by: sightings), first.next != nil else {
      return reading
    }
    reading.rows = try await readSteadily(known: cursor.floor, until: cursor.isReached)
    return reading
  }

  /// Reads the newest rows of a project that is seen for the first time, newest first.
  ///
  /// - Parameter sight: GitLab's time down to which to read; nil: the newest row will do.
  /// - Returns: Rows down to that time at the least, if there are any.
  /// - Throws: `PollError`; nothing is then known of the project.
  func readFirst(since sight: Timestamp?) async throws(PollError) -> Reading {
    let isReached: ([Sighting]) -> Bool = { rows in
      sight.map { sight in rows.contains { $0.isBefore(sight) } } ?? !rows.isEmpty
    }
    let first = try await page(nil, size: Self.firstPageSize)
    var reading = Reading(
      rows: first.rows,
      serverDate: first.serverDate.map(Timestamp.init(milliseconds:))
    )
    guard !isReached(first.rows.map(\.sighting)), first.next != nil else { return reading }
    reading.rows = try await readSteadily(known: nil, until: isReached)
    return reading
  }

  /// Reads full pages down to a border, anew when rows vanished meanwhile.
  private func readSteadily(
    known: Int64?,
    until isReached: ([Sighting]) -> Bool
  ) async throws(PollError) -> [PushEvent] {
    for _ in 0..<3 {
      if let rows = try await readAll(known: known, until: isReached) {
        return rows
      }
    }
    throw .unsteady
  }

  /// Reads full pages down to a border, or returns nil when rows vanished meanwhile.
  private func readAll(
    known: Int64?,
    until isReached: ([Sighting]) -> Bool
  ) async throws(PollError) -> [PushEvent]? {
    var rows: [PushEvent] = []
    var number: Int64 = 1
    var total: Int64?
    var emptyPages = 0
    while true {
      let page = try await page(
        number == 1 ? nil : .page(number),
        size: Self.fullPageSize,
        known: known
      )
      if let before = total, let now = page.total, now < before {
        return nil
      }
      total = page.total ?? total
      rows += page.rows
      if isReached(page.rows.map(\.sighting)) {
        return rows
      }
      emptyPages = page.rows.isEmpty ? emptyPages + 1 : 0
      if page.next == nil {
        let isCapped = number * Int64(Self.fullPageSize) >= Self.countCap
        guard isCapped, emptyPages < Self.emptyPageLimit else { return rows }
      }
      number += 1
    }
  }

  /// Reads one page; of rows up to the known one only the id and the time.
  private func page(
    _ cursor: PageCursor?,
    size: Int,
    known: Int64? = nil
  ) async throws(PollError) -> Page<PushEvent> {
    try await requester.ask(.events) { timeout throws(GitLabError) in
      try await client.limited(to: timeout)
        .pushEvents(.id(project), known: known, at: cursor, perPage: size)
    }
  }
}
