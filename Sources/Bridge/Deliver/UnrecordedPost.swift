internal import Store

/// A message that was posted, while it is not certain that the disk tells of it.
struct UnrecordedPost: Error, CustomStringConvertible {
  let bot: String
  /// What kept it from being written, by two ways.
  let reason: StoreError

  var description: String {
    """
    \(reason); the message that bot "\(bot)" has just posted could not be noted as posted, and \
    may be posted once more at the next start
    """
  }
}
