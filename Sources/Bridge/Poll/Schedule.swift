internal import Changes

/// Which projects have their turn in a pass.
///
/// A push moves its project's `last_activity_at`, so one listing of active projects, the gate,
/// stands for a question to each of them; since GitLab updates that time only once an hour and has
/// been seen to miss updates, every project is asked all the same once in `pushRound`. Builds move
/// nothing that a listing shows, so every project is asked for its pipelines once in `buildRound`,
/// and in every pass while it is busy.
///
/// Turns come from the local clock and the project's id alone: project by project, a slot of a
/// minute within the round. The state keeps only how far the rounds have come and who was left
/// behind, so an idle pass has nothing to write. A wrong clock costs requests, never messages.
struct Schedule: Sendable {
  /// Minutes in which every project is asked for its pushes whatever the gate says.
  static let pushRound: Int64 = 14
  /// How long a project stays busy after its pipelines moved or someone pushed, in milliseconds.
  static let busyTime: Int64 = 60 * 60_000

  /// Minutes in which every project is asked for its pipelines.
  ///
  /// Chosen so that idle passes at one a minute stay within N + 5 requests, and within N/3 from
  /// 500 projects on, while nothing is told more than five minutes late.
  static func buildRound(projects count: Int) -> Int64 {
    switch count {
    case ..<45: 1
    case ..<500: 2
    default: 4
    }
  }

  let now: Timestamp
  let sweptTo: Timestamp?
  let buildRound: Int64

  init(now: Timestamp, sweptTo: Timestamp?, projects count: Int) {
    self.now = now
    // A clock that was set back would skip turns: everybody's turn comes instead.
    self.sweptTo = sweptTo.flatMap { $0 > now ? nil : $0 }
    buildRound = Self.buildRound(projects: count)
  }

  /// Whether a project's turn in the slow round of pushes came since the last pass.
  func isPushTurn(_ id: Int) -> Bool {
    isTurn(id, round: Self.pushRound)
  }

  /// Whether a project's turn in the round of builds came since the last pass.
  func isBuildTurn(_ id: Int) -> Bool {
    isTurn(id, round: buildRound)
  }

  private func isTurn(_ id: Int, round: Int64) -> Bool {
    Self.isTurn(id, round: round, from: sweptTo, to: now)
  }

  /// Whether a project's slot in a round of minutes came up after one time and up to another.
  static func isTurn(_ id: Int, round: Int64, from sweptTo: Timestamp?, to now: Timestamp) -> Bool {
    guard round > 1, let sweptTo else { return true }
    let last = sweptTo.milliseconds / 60_000
    let minute = now.milliseconds / 60_000
    guard minute - last < round else { return true }
    // Ids of one group tend to share factors; the multiplier spreads them over the slots.
    let slot = Int64((UInt64(bitPattern: Int64(id)) &* 0x9E37_79B9_7F4A_7C15) >> 33) % round
    let next = last + 1 + (slot - (last + 1) % round + round) % round
    return next <= minute
  }
}
