/// One group bot: an entry of `[[bots]]`.
package struct Bot: Sendable, Equatable {
  /// Messages a minute: a little under what WeCom allows, for others who may use the same bot.
  package static let defaultPace = 18

  package var name: String
  package var key: Secret
  /// The base of the webhook address that was given as the key; it wins over `[wecom] url`.
  package var baseURL: String?
  /// At least 1; WeCom allows 20.
  package var messagesPerMinute: Int
  /// Changes when the key does.
  package var keyDigest: String
  /// The key as people may see it: `693a…c4f1`, or `…` for a short one.
  package var maskedKey: String

  package init(
    name: String,
    key: Secret,
    baseURL: String? = nil,
    messagesPerMinute: Int = Bot.defaultPace
  ) {
    self.name = name
    self.key = key
    self.baseURL = baseURL
    self.messagesPerMinute = messagesPerMinute
    let text = key.reveal()
    keyDigest = SHA256.shortDigest(of: key)
    maskedKey = text.utf8.count < 20 ? "…" : "\(text.prefix(4))…\(text.suffix(4))"
  }
}
