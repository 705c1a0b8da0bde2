/// An absolute web address, taken apart and checked.
struct WebAddress: Equatable {
  /// Why a text is no usable address.
  enum Problem: Equatable {
    case scheme(allowed: [String])
    case blank
    case notASCII
    case userInfo
    case query
    case fragment
    case host
    case port
    case path
  }

  var scheme: String
  /// Host and port as they go into a URL, in lower case.
  var authority: String
  /// Empty, or beginning with a slash and not ending with one.
  var path: String
  /// What follows a question mark, if one is there.
  var query: String?

  var text: String { "\(scheme)://\(authority)\(path)" }

  /// Takes an address apart; whether a query is welcome is up to the caller.
  static func read(_ text: String, schemes: [String]) -> Result<WebAddress, ProblemError> {
    func failure(_ problem: Problem) -> Result<WebAddress, ProblemError> {
      .failure(ProblemError(problem: problem))
    }
    let bytes = Array(text.utf8)
    if bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F }) { return failure(.blank) }
    if bytes.contains(where: { $0 >= 0x80 }) { return failure(.notASCII) }
    let lowercased = text.lowercased()
    guard let scheme = schemes.first(where: { lowercased.hasPrefix($0 + "://") }) else {
      return failure(.scheme(allowed: schemes))
    }
    var rest = text.dropFirst(scheme.count + 3)
    if rest.contains("#") { return failure(.fragment) }
    var query: String?
    if let mark = rest.firstIndex(of: "?") {
      query = String(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    }
    let authority = rest.prefix { $0 != "/" }
    var path = rest[authority.endIndex...]
    if authority.contains("@") { return failure(.userInfo) }
    if let problem = problem(inAuthority: authority) { return failure(problem) }
    while path.hasSuffix("/") { path.removeLast() }
    guard isPath(path) else { return failure(.path) }
    return .success(
      WebAddress(
        scheme: scheme,
        authority: authority.lowercased(),
        path: String(path),
        query: query
      )
    )
  }

  private static func problem(inAuthority authority: Substring) -> Problem? {
    var host = authority
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return .host }
      host = authority[...end]
      let digits = host.dropFirst().dropLast()
      let isAddress =
        digits.contains(":")
        && digits.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
      guard isAddress else { return .host }
    } else {
      host = authority.prefix { $0 != ":" }
      let labels = host.split(separator: ".", omittingEmptySubsequences: false)
      let isName = labels.allSatisfy { label in
        !label.isEmpty
          && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
      }
      guard isName else { return .host }
    }
    let rest = authority[host.endIndex...]
    guard !rest.isEmpty else { return nil }
    guard rest.first == ":", rest.dropFirst().allSatisfy(\.isNumber),
      let port = Int(rest.dropFirst()), (1...65535).contains(port)
    else {
      return .port
    }
    return nil
  }

  private static func isPath(_ path: Substring) -> Bool {
    let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    return path.isEmpty
      || segments.allSatisfy { segment in
        !segment.isEmpty && segment != "." && segment != ".."
          && !segment.contains { "\\\"<>^`{|}".contains($0) }
      }
  }

  /// Carries a problem out of `read`.
  struct ProblemError: Error {
    var problem: Problem
  }
}
