internal import Store

extension StateStore: EntryLog {}

extension StateStore {
  /// Folds stored bytes into the next checkpoint's, as the store needs it for a recovery.
  static func rebuild(_ checkpoint: Checkpoint?, _ records: [[UInt8]]) throws -> [UInt8] {
    let state = try StateCoding.fold(checkpoint: checkpoint?.bytes, records: records)
    return try StateCoding.encode(state, with: StateCoding.makeEncoder())
  }
}
