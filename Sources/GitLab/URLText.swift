import HTTP

/// One `name=value` of a query, before encoding.
struct QueryItem: Hashable, Sendable {
  var name: String
  var value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The parts of URLs that the client writes and reads.
enum URLText {
  /// Returns a text with its percent-encoding undone, or nil when that is broken.
  static func decoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexValue),
        let low = rest.popFirst().flatMap(hexValue)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Returns `?a=b&c=d`, or nothing for no items.
  static func query(_ items: [QueryItem]) -> String {
    guard !items.isEmpty else { return "" }
    return "?"
      + items.map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }.joined(separator: "&")
  }

  /// Returns the items of a URL's query; what cannot be decoded is left out.
  static func queryItems(of url: some StringProtocol) -> [QueryItem] {
    guard let mark = url.firstIndex(of: "?") else { return [] }
    let query = url[url.index(after: mark)...].prefix { $0 != "#" }
    return query.split(separator: "&").compactMap { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decoded(parts[0]), let value = decoded(parts.count > 1 ? parts[1] : "")
      else { return nil }
      return QueryItem(name, value)
    }
  }

  /// Returns scheme, host and port of an absolute URL in one spelling, and its path.
  ///
  /// Nil for anything that is not `http` or `https` with a host.
  static func parts(of url: String) -> (origin: String, path: String)? {
    guard let separator = url.firstRange(of: "://") else { return nil }
    let scheme = url[..<separator.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = url[separator.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    var host = (authority.split(separator: "@", omittingEmptySubsequences: false).last ?? "")
      .lowercased()
    guard !host.isEmpty else { return nil }
    let defaultPort = scheme == "https" ? ":443" : ":80"
    if host.hasSuffix(defaultPort) { host.removeLast(defaultPort.count) }
    let path = rest[authority.endIndex...].prefix { $0 != "?" && $0 != "#" }
    return ("\(scheme)://\(host)", String(path))
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x37
    case 0x61...0x66: digit - 0x57
    default: nil
    }
  }
}
