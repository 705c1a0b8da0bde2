/// What is still to happen, by its time; what was planned first happens first.
struct Agenda<Item: Sendable>: Sendable {
  /// Latest first, so that the next one is taken from the end.
  private var entries: [(time: Int64, item: Item)] = []

  mutating func add(_ item: Item, at time: Int64) {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].time > time { low = middle + 1 } else { high = middle }
    }
    entries.insert((time, item), at: low)
  }

  /// Takes the next item that is due at a time.
  mutating func next(dueAt time: Int64) -> (time: Int64, item: Item)? {
    guard let last = entries.last, last.time <= time else { return nil }
    return entries.removeLast()
  }
}
