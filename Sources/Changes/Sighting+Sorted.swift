// Sightings in the order of their ids, each id once: found in logarithmic time.
extension [Sighting] {
  /// Whether the list, sorted by id, holds an id.
  package func containsSorted(_ id: Int64) -> Bool {
    let index = sortedIndex(of: id)
    return index < endIndex && self[index].id == id
  }

  /// Adds a sighting to the list, sorted by id, unless its id is there.
  package mutating func insertSorted(_ sighting: Sighting) {
    let index = sortedIndex(of: sighting.id)
    guard index == endIndex || self[index].id != sighting.id else { return }
    insert(sighting, at: index)
  }

  /// The place of an id in the list, or where it belongs.
  private func sortedIndex(of id: Int64) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if self[middle].id < id {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
