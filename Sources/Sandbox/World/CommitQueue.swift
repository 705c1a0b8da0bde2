/// A queue that gives commits out by the highest key, then in the order they came.
struct CommitQueue {
  private struct Entry {
    let key: Int64
    let arrival: Int
    let commit: Int

    func precedes(_ other: Entry) -> Bool {
      key != other.key ? key > other.key : arrival < other.arrival
    }
  }

  private var heap: [Entry] = []
  private var arrivals = 0

  mutating func add(_ commit: Int, key: Int64) {
    heap.append(Entry(key: key, arrival: arrivals, commit: commit))
    arrivals += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func next() -> Int? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if heap.isEmpty { return first.commit }
    heap[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].precedes(heap[best]) { best = child }
      if best == parent { return first.commit }
      heap.swapAt(best, parent)
      parent = best
    }
  }
}
