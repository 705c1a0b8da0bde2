/// A row of a feed as a cursor remembers it: its id and GitLab's own time of it.
package struct Sighting: Sendable, Equatable, Codable {
  package var id: Int64
  package var at: Timestamp

  package init(id: Int64, at: Timestamp) {
    self.id = id
    self.at = at
  }

  package init(from decoder: any Decoder) throws {
    var pair = try decoder.unkeyedContainer()
    id = try pair.decode(Int64.self)
    at = try pair.decode(Timestamp.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var pair = encoder.unkeyedContainer()
    try pair.encode(id)
    try pair.encode(at)
  }
}

/// How far the push events of one project have been read.
///
/// GitLab draws an event's id at insertion and shows the row at commit, so a row can appear below
/// ids already read. Hence not one number but two: every row up to `floor` has been considered for
/// good, and above it `seen` names each row considered so far. The floor follows the newest rows
/// at a distance of `overlap`, measured in GitLab's own time.
package struct EventCursor: Sendable, Equatable, Codable {
  /// How late a row may become visible and still be told, in milliseconds.
  package static let overlap: Int64 = 15 * 60_000

  /// Rows up to this id are done with.
  package private(set) var floor: Int64
  /// The row with the highest id seen, or nil when the project had none.
  package private(set) var newest: Sighting?
  /// Rows above the floor that have been considered, by ascending id.
  package private(set) var seen: [Sighting]

  /// Makes the cursor of a first sight: those of its rows that are from before it are not news.
  ///
  /// - Parameters:
  ///   - rows: The newest rows of the feed, or all of them.
  ///   - sight: GitLab's time from which on events are news; nil: all of these rows are known.
  package init(baseline rows: [Sighting], since sight: Timestamp?) {
    let known = rows.filter { row in sight.map { row.isBefore($0) } ?? true }
    let firstNews = sight.flatMap { sight in
      rows.filter { !$0.isBefore(sight) }.map(\.id).min()
    }
    newest = known.max { $0.id < $1.id }
    floor = known.map(\.id).filter { $0 < firstNews ?? .max }.max() ?? 0
    seen = []
    note(known)
  }

  /// Whether these rows hold one that is done with, so that older pages cannot hold news.
  package func isReached(by rows: [Sighting]) -> Bool {
    rows.contains { $0.id <= floor }
  }

  /// Whether a row has not been considered yet.
  package func isNews(_ id: Int64) -> Bool {
    id > floor && seen.sighting(of: id) == nil
  }

  /// Whether the ids of the feed went back: GitLab was restored from a backup.
  ///
  /// True when an id up to the newest is given anew: it was seen at another time, or it is younger
  /// than the newest row by more than the overlap. Rows that are gone prove nothing: GitLab removes
  /// those of a deleted user and those of three years ago, and a replica may lag.
  package func isRewound(by rows: [Sighting]) -> Bool {
    guard let newest, newest.at.isKnown else { return false }
    return rows.contains { row in
      guard row.id <= newest.id, row.at.isKnown else { return false }
      if let known = row.id == newest.id ? newest : seen.sighting(of: row.id), known.at.isKnown {
        return row.at != known.at
      }
      return row.at.milliseconds > newest.at.milliseconds + Self.overlap
    }
  }

  /// Marks rows as considered; the floor stays, for lower ids may not have been considered yet.
  package mutating func note(_ rows: [Sighting]) {
    for row in rows where isNews(row.id) {
      seen.insertSorted(row)
      if row.id > (newest?.id ?? 0) {
        newest = row
      }
    }
  }

  /// Moves the floor after what has settled, once a reading is through.
  ///
  /// - Parameter now: GitLab's own time of the answer.
  package mutating func settle(now: Timestamp) {
    let settled = now.milliseconds - Self.overlap
    guard let last = seen.lastIndex(where: { $0.at.isKnown && $0.at.milliseconds < settled })
    else { return }
    floor = max(floor, seen[last].id)
    seen.removeSubrange(...last)
  }
}

extension Sighting {
  /// Whether the row is from before a time; one without a time of its own is not.
  package func isBefore(_ time: Timestamp) -> Bool {
    at.isKnown && at < time
  }
}

extension Timestamp {
  /// Whether a row had a time at all: one without counts from 1970.
  fileprivate var isKnown: Bool { milliseconds > 0 }
}

/// Written as `[floor, id of the newest, its time, [seen]]`, what is empty at the end left out.
///
/// With objects instead of lists a state of 10,000 projects is loaded and saved in a third more time.
extension EventCursor {
  package init(from decoder: any Decoder) throws {
    guard var values = try? decoder.unkeyedContainer() else {
      self = try EventCursor(firstSchema: decoder)
      return
    }
    floor = try values.decode(Int64.self)
    guard !values.isAtEnd else {
      (newest, seen) = (nil, [])
      return
    }
    newest = Sighting(id: try values.decode(Int64.self), at: try values.decode(Timestamp.self))
    seen = try values.decodeSightings()
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    try values.encode(floor)
    guard let newest else { return }
    try values.encode(newest.id)
    try values.encode(newest.at)
    if !seen.isEmpty { try values.encode(sightings: seen) }
  }

  private enum CodingKeys: String, CodingKey {
    case floor
    case newest
    case seen
  }

  /// Reads a cursor from a state of schema 1.
  private init(firstSchema decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    floor = try values.decode(Int64.self, forKey: .floor)
    newest = try values.decodeIfPresent(Sighting.self, forKey: .newest)
    seen = try values.decodeIfPresent([Sighting].self, forKey: .seen) ?? []
  }
}
