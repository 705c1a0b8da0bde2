/// How a post to a bot ended.
package enum PostOutcome: Sendable, Equatable {
  /// WeCom took the message.
  case sent
  /// The request never left: refused, no name, no TLS.
  case surelyNotSent(reason: String)
  /// The request left and no clear answer came back.
  case inDoubt(reason: String)
  /// WeCom is busy and took nothing.
  case refusedForNow(reason: String)
  /// WeCom counts too many messages.
  case rateLimited(reason: String)
  /// The bot itself is refused until somebody acts.
  case needsOperator(reason: String)
  /// This text is refused.
  case messageRefused(reason: String)
}
