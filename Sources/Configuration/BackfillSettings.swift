/// What happens to old and to many news: `[backfill]`.
package struct BackfillSettings: Sendable, Equatable {
  /// Older news are counted, not posted; nil posts everything.
  package var maxAge: Duration?
  /// More messages than this waiting for one bot are folded into digests; nil never folds.
  package var digestAbove: Int?

  package init(
    maxAge: Duration? = .seconds(30 * 86_400),
    digestAbove: Int? = 20
  ) {
    self.maxAge = maxAge
    self.digestAbove = digestAbove
  }
}
