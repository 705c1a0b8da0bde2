import CCurl

/// A URL taken apart by libcurl's own parser, so that what is checked is what will be used.
struct Address {
  var scheme: String
  /// In lower case; IPv6 in brackets.
  var host: String
  var port: String
  /// Percent-encoded as given, at least "/".
  var path: String
  var query: String?
  var fragment: String?
  var hasUser: Bool

  /// Takes a URL apart, or returns nil for what is no absolute http or https URL.
  ///
  /// - Parameters:
  ///   - text: The URL.
  ///   - guessingScheme: Whether libcurl may add a missing scheme and take others than http and
  ///     https, as it does for proxies.
  init?(_ text: String, guessingScheme: Bool = false) {
    guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }),
      let parser = unsafe curl_url()
    else {
      return nil
    }
    defer { unsafe curl_url_cleanup(parser) }
    let flags = UInt32(guessingScheme ? CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME : 0)
    guard unsafe curl_url_set(parser, CURLUPART_URL, text, flags) == CURLUE_OK else {
      return nil
    }
    func part(_ part: CURLUPart, _ flags: Int32 = 0) -> String? {
      var value: UnsafeMutablePointer<CChar>?
      guard unsafe curl_url_get(parser, part, &value, UInt32(flags)) == CURLUE_OK,
        let value = unsafe value
      else {
        return nil
      }
      defer { unsafe curl_free(value) }
      return unsafe String(cString: value)
    }
    guard let scheme = part(CURLUPART_SCHEME)?.lowercased(),
      let host = part(CURLUPART_HOST),
      let port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT) ?? (guessingScheme ? "" : nil)
    else {
      return nil
    }
    guard guessingScheme || scheme == "http" || scheme == "https" else {
      return nil
    }
    self.scheme = scheme
    self.host = host.lowercased()
    self.port = port
    self.path = part(CURLUPART_PATH) ?? "/"
    self.query = part(CURLUPART_QUERY)
    self.fragment = part(CURLUPART_FRAGMENT)
    self.hasUser = part(CURLUPART_USER) != nil || part(CURLUPART_PASSWORD) != nil
  }

  /// Whether the port is the one that the scheme has when none is written.
  var isDefaultPort: Bool { port == (scheme == "https" ? "443" : "80") }
}
