/// Finds what a misspelt word may have been meant as.
package enum Suggestion {
  /// Returns the word nearest to what was written, or nil if none is near.
  package static func nearest(to written: String, among words: [String]) -> String? {
    let written = normal(written)
    guard !written.isEmpty, written.count <= 64 else { return nil }
    var best: (word: String, distance: Int)?
    for word in words {
      let candidate = normal(word)
      let distance = distance(written, candidate)
      let limit = max(1, max(written.count, candidate.count) / 3)
      guard distance <= limit, distance < max(written.count, candidate.count) else { continue }
      if distance < best?.distance ?? .max { best = (word, distance) }
    }
    if let best { return best.word }
    guard written.count >= 3 else { return nil }
    return words.first { word in
      let candidate = normal(word)
      return candidate.starts(with: written) || written.starts(with: candidate)
        || candidate.suffix(written.count) == written[...]
    }
  }

  /// Case and the choice between `-` and `_` are no difference.
  private static func normal(_ word: String) -> [Character] {
    word.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 }
  }

  /// The number of characters to insert, remove, replace or swap with their neighbour.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
        var least = min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
