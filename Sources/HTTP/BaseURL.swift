/// The address under which a server's API is found; all requests to it are built from here.
///
/// A relative root is kept: `https://host/gitlab` gives `https://host/gitlab/api/v4/…`.
package struct BaseURL: Sendable, Hashable {
  /// Scheme, host and, where it is not the usual one, port: `https://host:8443`.
  package let origin: String
  /// The path before every request's own: empty, or `/gitlab`.
  package let root: String

  /// Reads an address as people write it; slashes at its end do not count.
  ///
  /// - Throws: `BaseURLError` for what cannot be the beginning of every request's address.
  package init(_ text: String) throws(BaseURLError) {
    guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) else {
      throw .notAnAddress
    }
    guard let address = Address(text) else {
      throw Self.isOtherScheme(text) ? .otherScheme : .notAnAddress
    }
    guard !address.hasUser else {
      throw .holdsUser
    }
    // libcurl would convert such a name by the locale, which a cron job does not have.
    guard address.host.utf8.allSatisfy({ $0 < 0x80 }) else {
      throw .hostNotASCII
    }
    guard address.query == nil, address.fragment == nil else {
      throw .holdsQuery
    }
    self.origin = address.origin
    var root = Substring(address.path)
    while root.hasSuffix("/") {
      root.removeLast()
    }
    self.root = root.utf8.allSatisfy { $0 < 0x80 } ? String(root) : root.percentEncodedPath
  }

  /// The address itself, without a slash at its end.
  package var text: String { origin + root }

  /// Returns the address of a resource below the base.
  ///
  /// Each of `segments` is meant as it is, not encoded: `group/project` is one and becomes
  /// `group%2Fproject`. The query keeps its order; a value that is nil leaves its name out.
  package func url(path segments: [String], query: [(String, String?)] = []) -> String {
    var url = text
    for segment in segments {
      url += "/"
      url += segment.percentEncoded
    }
    var separator = "?"
    for (name, value) in query {
      guard let value else {
        continue
      }
      url += separator
      url += name.percentEncoded
      url += "="
      url += value.percentEncoded
      separator = "&"
    }
    return url
  }

  private static func isOtherScheme(_ text: String) -> Bool {
    guard let end = text.firstRange(of: "://")?.lowerBound else {
      return false
    }
    let scheme = text[..<end].lowercased()
    return scheme != "http" && scheme != "https" && !scheme.isEmpty
      && scheme.utf8.allSatisfy(\.isTokenCharacter)
  }
}

extension Address {
  /// Scheme, host and port, the port only where it is not the scheme's usual one.
  fileprivate var origin: String {
    "\(scheme)://\(host)" + (isDefaultPort ? "" : ":\(port)")
  }
}
