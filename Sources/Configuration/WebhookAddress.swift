/// A bot's key as it is given: the key alone, or the whole address that WeCom shows.
struct WebhookAddress: Equatable {
  /// Why a text holds no key.
  enum Problem: Error, Equatable {
    case neither
    case address(WebAddress.Problem)
    case notAWebhook
    case keyCount(Int)
    case malformedKey
  }

  /// What comes before it in an address is the base.
  static let path = "/cgi-bin/webhook/send"

  var key: String
  /// The base of the address, or nil for a key alone.
  var base: String?

  /// Other items of the query, `debug=1` among them, are passed over in any order.
  static func read(_ text: String) -> Result<WebhookAddress, Problem> {
    guard text.contains("://") else {
      return isKey(text) ? .success(WebhookAddress(key: text, base: nil)) : .failure(.neither)
    }
    switch WebAddress.read(text, schemes: ["https", "http"]) {
    case .failure(let error):
      return .failure(.address(error.problem))
    case .success(var address):
      guard address.path.hasSuffix(path) else { return .failure(.notAWebhook) }
      let items = (address.query ?? "").split(separator: "&")
      let keys = items.filter { $0.hasPrefix("key=") }.map { String($0.dropFirst(4)) }
      guard keys.count == 1 else { return .failure(.keyCount(keys.count)) }
      guard isKey(keys[0]) else { return .failure(.malformedKey) }
      address.path.removeLast(path.count)
      return .success(WebhookAddress(key: keys[0], base: address.text))
    }
  }

  /// Whether a key has the form of those that WeCom gives out.
  static func isUUID(_ key: String) -> Bool {
    let groups = key.split(separator: "-", omittingEmptySubsequences: false)
    return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
      && groups.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
  }

  private static func isKey(_ text: String) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0))
          || $0 == "-" || $0 == "_"
      }
  }
}
