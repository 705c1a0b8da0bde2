extension StateStore {
  /// Passes that found the lock taken since the last one that got it.
  package struct Skips: Equatable, Sendable {
    package var count = 0
    /// When that was said last, in milliseconds since 1970; nil for never.
    package var saidAt: Int64?

    package init() {}
  }

  /// Notes that a pass found the lock taken, and when that was said.
  ///
  /// It is the one thing that is written without the lock: two at once may lose one of the counts.
  /// That it cannot be written does no harm.
  package func note(_ skips: Skips) {
    guard
      let file = try? folder.disk.open(Self.skipsName, in: folder.handle, .updatingOrCreating)
    else { return }
    defer { folder.disk.close(file) }
    let text = Array("\(skips.count) \(skips.saidAt.map { String($0) } ?? "-")\n".utf8)
    try? folder.write(text[...], to: file, at: 0)
    try? folder.disk.truncate(file, to: text.count)
  }

  /// Returns what was noted since the lock was last taken.
  package func skips() -> Skips {
    guard case .bytes(let bytes)? = try? folder.read(Self.skipsName) else { return Skips() }
    let parts = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    var skips = Skips()
    guard parts.count == 2, let count = Int(parts[0]), count >= 0 else { return skips }
    skips.count = count
    skips.saidAt = Int64(parts[1])
    return skips
  }

  /// Returns what was noted and forgets it; for those who have the lock.
  package func takeSkips() -> Skips {
    guard folder.status(Self.skipsName) != nil else { return Skips() }
    defer { folder.remove(Self.skipsName) }
    return skips()
  }

  static let skipsName = "skipped"
}
