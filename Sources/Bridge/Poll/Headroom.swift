internal import Changes
internal import GitLab

/// What an answer's `RateLimit-*` headers leave to the questions after it.
///
/// GitLab writes the limit as requests a minute, whatever its window; what remains is of the whole
/// window, which may be an hour. So what remains is compared with the even share of the time that
/// is left: while it is more than half of that, nobody has to wait, and a burst is as good as a
/// steady pace. Below, the rest is spread over the time that is left, so that it never runs out,
/// neither for us nor for whoever else uses the token's user.
enum Headroom: Sendable, Equatable {
  /// No reason to wait.
  case ample
  /// One question in so many milliseconds.
  case spaced(milliseconds: Int64)
  /// None for so many milliseconds.
  case spent(milliseconds: Int64)

  /// The longest window that is believed, in milliseconds: that of GitLab's own presets.
  private static let longestWindow: Int64 = 60 * 60_000

  /// Reads the headers of one answer.
  ///
  /// - Parameters:
  ///   - limit: The headers.
  ///   - now: GitLab's time of the answer, or else ours.
  init(_ limit: RateLimit, now: Timestamp) {
    guard let remaining = limit.remaining else {
      self = .ample
      return
    }
    let left = limit.reset.map { reset in
      min(max(min(reset, .max / 1000) * 1000 - now.milliseconds, 0), Self.longestWindow)
    }
    guard remaining > 0 else {
      let pause = left ?? Requester.defaultHold
      self = .spent(milliseconds: min(max(pause, 1000), Requester.longestHold))
      return
    }
    guard let left, let perMinute = limit.limit else {
      self = .ample
      return
    }
    let evenShare = Double(perMinute) * Double(left) / 60_000
    self =
      Double(remaining) * 2 < evenShare
      ? .spaced(milliseconds: max(left / remaining, 1)) : .ample
  }
}
