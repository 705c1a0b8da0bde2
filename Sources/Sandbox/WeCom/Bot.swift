/// One group bot of the simulated WeCom.
struct Bot: Sendable {
  let name: String
  var isDisabled = false
  var isRemoved = false
  /// When the messages of the last minute were accepted.
  var recent: [Int64] = []
  /// Until when it is refused whatever it sends, after it went over the limit.
  var refusedUntil: Int64 = 0
}

/// A message as it reached the simulated WeCom.
package struct ReceivedMessage: Sendable, Equatable {
  /// Milliseconds since 1970.
  package let time: Int64
  /// The key of the bot it was sent to.
  package let key: String
  /// For example `markdown`; empty where the body could not be read.
  package let type: String
  /// The text, decoded.
  package let content: String
  /// What WeCom decided; 0 is "shown in the group".
  package let errcode: Int
  /// Whether the answer was taken away on purpose, so that the sender could not know.
  package var isAnswerLost: Bool

  /// Whether the group sees it.
  package var isAccepted: Bool { errcode == 0 }
}
