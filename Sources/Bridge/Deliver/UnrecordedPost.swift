/// A message that was posted, and that nothing on the disk tells of.
struct UnrecordedPost: Error, CustomStringConvertible {
  let bot: String
  /// What kept it from being written, by two ways.
  let reason: any Error

  var description: String {
    """
    \(reason); the message that bot "\(bot)" has just posted could not be noted as posted, and \
    is posted once more at the next start
    """
  }
}
