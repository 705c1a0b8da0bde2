extension String {
  /// What stands in place of cut text.
  static let ellipsis = "…"

  /// Returns the text, or its first Characters with `…` behind them where it exceeds a limit.
  ///
  /// The result is never over either limit; below the three bytes of `…` it is empty. A single
  /// `Character` may exceed the byte limit by itself; then only `…` is left.
  func cut(toBytes byteLimit: Int, characters characterLimit: Int = .max) -> String {
    var end = startIndex
    var byteCount = 0
    var characterCount = 0
    var position = startIndex
    let room = byteLimit - Self.ellipsis.utf8.count
    while position < endIndex {
      let following = index(after: position)
      byteCount += utf8.distance(from: position, to: following)
      characterCount += 1
      if byteCount > byteLimit || characterCount > characterLimit {
        return room < 0 ? "" : self[..<end] + Self.ellipsis
      }
      position = following
      if byteCount <= room && characterCount < characterLimit { end = position }
    }
    return self
  }

  /// Returns the longest run of whole Characters from the start that fits into the limit.
  func prefix(fittingBytes byteLimit: Int) -> String {
    var end = startIndex
    var byteCount = 0
    while end < endIndex {
      let following = index(after: end)
      byteCount += utf8.distance(from: end, to: following)
      if byteCount > byteLimit { break }
      end = following
    }
    return String(self[..<end])
  }
}
