// Sightings in the order of their ids, each id once: found in logarithmic time.
extension [Sighting] {
  /// Returns the sighting of an id in the list, which is sorted by id.
  package func sighting(of id: Int64) -> Sighting? {
    let index = sortedIndex(of: id)
    return index < endIndex && self[index].id == id ? self[index] : nil
  }

  /// Adds a sighting to the list, sorted by id, in the place of one with its id.
  package mutating func insertSorted(_ sighting: Sighting) {
    let index = sortedIndex(of: sighting.id)
    if index < endIndex, self[index].id == sighting.id {
      self[index] = sighting
    } else {
      insert(sighting, at: index)
    }
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
