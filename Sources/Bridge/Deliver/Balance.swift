/// The law that every message found is posted, in a digest, too old, kept aside, or waits.
enum Balance {
  /// A bot whose counters break the law: a bug of ours.
  struct Breach: Sendable, Equatable {
    var bot: String
    var tally: Tally
    var waiting: Int
  }

  /// Returns the bots whose counters do not balance, by name.
  static func breaches(in state: BridgeState) -> [Breach] {
    state.bots.filter { !$0.value.isBalanced }
      .map { Breach(bot: $0.key, tally: $0.value.tally, waiting: $0.value.waiting) }
      .sorted { $0.bot < $1.bot }
  }

  /// Begins the counters of all such bots anew and returns what they were.
  ///
  /// - Throws: `StoreError`.
  static func settle(_ keeper: StateKeeper) throws -> [Breach] {
    let breaches = breaches(in: keeper.state)
    try keeper.commit(breaches.map { .recounted(bot: $0.bot) })
    return breaches
  }
}

extension Balance.Breach: CustomStringConvertible {
  var description: String {
    let sum =
      tally.posted + tally.inDigests + tally.tooOld + tally.keptAside + waiting
    return """
      the count of bot "\(bot)" does not balance: found \(tally.found), but posted \
      \(tally.posted) + in digests \(tally.inDigests) + too old \(tally.tooOld) + kept aside \
      \(tally.keptAside) + waiting \(waiting) = \(sum); please report this bug
      """
  }
}
