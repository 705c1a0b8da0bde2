/// A checkpoint: the caller's bytes and the schema they are written in.
package struct Checkpoint: Equatable, Sendable {
  /// The schema's number; at most the one that the store was opened for.
  package let schema: Int
  /// The caller's JSON text, exactly as it was given.
  package let bytes: [UInt8]
}

/// What the state directory holds.
package struct StoredState: Equatable, Sendable {
  /// How the state was found.
  package enum Recovery: Equatable, Sendable {
    /// All as it was written.
    case none
    /// The last write had not been completed and was dropped; it was never said to be durable.
    case tornTail(bytes: Int)
    /// The state file was rebuilt, exactly, from the previous one and its journal.
    case fromPrevious(reason: String)
  }

  /// The last checkpoint, nil before the first.
  package let checkpoint: Checkpoint?
  /// What was appended since, in order.
  package let records: [[UInt8]]
  /// The checkpoint's number, 0 before the first.
  package let generation: Int
  /// What had to be done to find it.
  package let recovery: Recovery
}
