/// What one push made.
package struct Push: Sendable, Equatable {
  /// The event rows; one for each told ref, or one for a bulk.
  package var events: [Int] = []
  /// The head of the (first) branch afterwards, or nil when it is gone.
  package var head: String?
}

/// A ref before and after a push; nil is "does not exist".
struct RefChange {
  let name: String
  let isTag: Bool
  let old: Int?
  let new: Int?

  var action: String { old == nil ? "created" : new == nil ? "removed" : "pushed" }
}
