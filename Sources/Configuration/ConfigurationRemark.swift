import TOML

/// What is allowed in a configuration but odd, without its place.
enum ConfigurationRemark: Equatable {
  case unencryptedToken
  case unencryptedKeys
  case readableSecret(key: String, path: String)
  case readableConfiguration(key: String)
  case unusualKey(bot: String)
  case highPace(Int)
  case unusedBot(String)
  case repeatedBot(String)
}

extension ConfigurationRemark: CustomStringConvertible {
  var description: String {
    switch self {
    case .unencryptedToken:
      "\"url\" is not https: the token travels in clear text"
    case .unencryptedKeys:
      "the address is not https: keys and messages travel in clear text"
    case .readableSecret(let key, let path):
      "file \(SourceExcerpt.quoted(path)) with \"\(key)\" is readable by everybody; "
        + "take that away with chmod o-r"
    case .readableConfiguration(let key):
      "this file holds \"\(key)\" and is readable by everybody; take that away with chmod o-r"
    case .unusualKey(let bot):
      "the key of bot \(quoted(bot)) is no UUID, as WeCom's keys are"
    case .highPace(let count):
      "WeCom takes 20 messages a minute from a bot; \(count) will be refused at times"
    case .unusedBot(let name):
      "bot \(quoted(name)) is named by no route and no alert"
    case .repeatedBot(let name):
      "bot \(quoted(name)) is named twice here; it is told once"
    }
  }
}
