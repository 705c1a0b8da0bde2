/// Which failed jobs of one project have been considered.
///
/// A job reaches `failed` at most once, so its id names the news; but an old id can fail weeks
/// later (a manual job that is played), so no id is a border. After a restored backup an id is
/// given anew, so the time of the failure counts with it. The ledger remembers each failed job
/// that finished within `memory` of the last complete reading; one that finished earlier and is
/// not remembered is from before.
package struct JobLedger: Sendable, Equatable, Codable {
  /// How long a failure may stay hidden and still be told, in milliseconds: three days.
  ///
  /// GitLab also dates a job that ran out of time back to when it should have ended.
  package static let memory: Int64 = 3 * 86_400_000

  /// GitLab's time at first sight: what finished earlier is not told.
  package private(set) var began: Timestamp
  /// GitLab's time of the last complete reading.
  package private(set) var readTo: Timestamp
  /// The failed jobs considered, with the times at which they finished, by ascending id.
  package private(set) var seen: [Sighting]

  /// Makes the ledger of a first sight at a time of GitLab's clock.
  package init(began: Timestamp) {
    self.began = began
    readTo = began
    seen = []
  }

  /// Whether a failed job has not been considered and finished after the watch began.
  package func isNews(_ job: Sighting) -> Bool {
    let border = max(began.milliseconds, readTo.milliseconds - Self.memory)
    return job.at.milliseconds >= border && !seen.contains(job)
  }

  /// Marks failed jobs as considered; ones from before are left out.
  package mutating func absorb(_ jobs: [Sighting]) {
    for job in jobs where isNews(job) {
      let index = seen.firstIndex { $0.id > job.id } ?? seen.endIndex
      seen.insert(job, at: index)
    }
  }

  /// Notes that everything up to a time of GitLab's clock has been read, and forgets old jobs.
  package mutating func completeReading(at now: Timestamp) {
    readTo = max(readTo, now)
    seen.removeAll { $0.at.milliseconds < readTo.milliseconds - Self.memory }
  }
}

/// Written as `[began, read to, [seen]]`, the list left out where it is empty, as in `EventCursor`.
extension JobLedger {
  package init(from decoder: any Decoder) throws {
    guard var values = try? decoder.unkeyedContainer() else {
      self = try JobLedger(firstSchema: decoder)
      return
    }
    began = try values.decode(Timestamp.self)
    readTo = try values.decode(Timestamp.self)
    seen = try values.decodeSightings()
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    try values.encode(began)
    try values.encode(readTo)
    if !seen.isEmpty { try values.encode(sightings: seen) }
  }

  private enum CodingKeys: String, CodingKey {
    case began
    case readTo
    case seen
  }

  /// Reads a ledger from a state of schema 1.
  private init(firstSchema decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    began = try values.decode(Timestamp.self, forKey: .began)
    readTo = try values.decode(Timestamp.self, forKey: .readTo)
    seen = try values.decodeIfPresent([Sighting].self, forKey: .seen) ?? []
  }
}
