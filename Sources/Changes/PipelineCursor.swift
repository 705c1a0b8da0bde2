/// How far the pipelines of one project have been followed.
///
/// A pipeline's `updated_at` moves when its status changes, so a listing from the newest stamp
/// seen, less an overlap, holds every pipeline that moved. While a pipeline is under way, jobs fail
/// in it without a move; `underWay` names those to ask directly.
package struct PipelineCursor: Sendable, Equatable, Codable {
  /// How late a move may become visible, in milliseconds.
  package static let overlap: Int64 = 10 * 60_000

  /// The newest move seen, in GitLab's time.
  package private(set) var movedTo: Timestamp
  /// Moves inside the overlap that have been followed, with their stamps.
  package private(set) var seen: [Sighting]
  /// Pipelines whose jobs can fail without a move, with the stamps of their last one.
  package private(set) var underWay: [Sighting]

  /// Makes the cursor of a first sight at a time of GitLab's clock.
  ///
  /// - Parameters:
  ///   - began: Moves from then on are news.
  ///   - underWay: The pipelines whose jobs can fail without a move.
  package init(began: Timestamp, underWay: [Sighting] = []) {
    movedTo = began
    seen = []
    self.underWay = underWay
  }

  /// The lower bound for the next listing, in GitLab's time.
  package var askFrom: Timestamp {
    Timestamp(milliseconds: movedTo.milliseconds - Self.overlap)
  }

  /// Whether a listed pipeline has moved since it was followed last.
  package func hasMoved(_ pipeline: Sighting) -> Bool {
    pipeline.at >= askFrom && !seen.contains(pipeline)
  }

  /// Notes that a pipeline's jobs have been read after a move.
  package mutating func follow(_ pipeline: Sighting, isUnderWay: Bool) {
    seen.removeAll { $0.id == pipeline.id }
    seen.append(pipeline)
    underWay.removeAll { $0.id == pipeline.id }
    if isUnderWay {
      underWay.append(pipeline)
    }
    movedTo = max(movedTo, pipeline.at)
    let border = askFrom
    seen.removeAll { $0.at < border }
  }

  /// Forgets a pipeline under way that GitLab no longer has.
  package mutating func forget(_ id: Int64) {
    underWay.removeAll { $0.id == id }
  }
}

/// Written as `[moved to, [seen], [under way]]`, what is empty at the end left out, as in
/// `EventCursor`.
extension PipelineCursor {
  package init(from decoder: any Decoder) throws {
    guard var values = try? decoder.unkeyedContainer() else {
      self = try PipelineCursor(firstSchema: decoder)
      return
    }
    movedTo = try values.decode(Timestamp.self)
    seen = try values.decodeSightings()
    underWay = try values.decodeSightings()
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    try values.encode(movedTo)
    if !seen.isEmpty || !underWay.isEmpty { try values.encode(sightings: seen) }
    if !underWay.isEmpty { try values.encode(sightings: underWay) }
  }

  private enum CodingKeys: String, CodingKey {
    case movedTo
    case seen
    case underWay
  }

  /// Reads a cursor from a state of schema 1.
  private init(firstSchema decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    movedTo = try values.decode(Timestamp.self, forKey: .movedTo)
    seen = try values.decodeIfPresent([Sighting].self, forKey: .seen) ?? []
    underWay = try values.decodeIfPresent([Sighting].self, forKey: .underWay) ?? []
  }
}
