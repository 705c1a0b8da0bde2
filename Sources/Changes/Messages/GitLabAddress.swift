/// The address of the configured GitLab, and the judge of which link targets are on it.
package struct GitLabAddress: Hashable, Sendable {
  /// Scheme, host and port, in lower case: neither scheme nor host has a case of its own.
  private let origin: [Unicode.Scalar]
  /// The relative root without its last slash; empty where GitLab has the host for itself.
  private let root: [Unicode.Scalar]

  /// Takes the configured URL, with or without a last slash; an empty one covers no link at all.
  package init(_ url: String) {
    var scalars = Array(url.unicodeScalars)
    while scalars.last == "/" { scalars.removeLast() }
    var end = scalars.startIndex
    var slashes = 0
    while end < scalars.endIndex {
      if scalars[end] == "/" { slashes += 1 }
      if slashes == 3 { break }
      end += 1
    }
    origin = Self.withoutDefaultPort(scalars[..<end].map(\.asciiLowercased))
    root = Array(scalars[end...])
  }

  /// Drops the port that the scheme has anyway: GitLab leaves it out of its own links.
  private static func withoutDefaultPort(_ origin: [Unicode.Scalar]) -> [Unicode.Scalar] {
    for (scheme, port) in [("https:", ":443"), ("http:", ":80")]
    where origin.starts(with: scheme.unicodeScalars)
      && origin.suffix(port.unicodeScalars.count).elementsEqual(port.unicodeScalars)
    {
      return origin.dropLast(port.unicodeScalars.count)
    }
    return origin
  }

  /// Tells whether the link target that begins `text` is on this GitLab.
  ///
  /// It must start with the whole configured URL, and what follows must end host and root: `/`,
  /// `?`, `#`, the closing `)`, a blank or the end of the line. So `https://gitlab@evil/` and
  /// `https://gitlab.evil/` are elsewhere; so is a tab behind the host, which browsers drop before
  /// they read the host on. Under a relative root a target with `..` is elsewhere too. `next` is
  /// what stands behind the end of `text`; nil for the end of the line.
  func covers(_ text: ArraySlice<Unicode.Scalar>, before next: Unicode.Scalar?) -> Bool {
    guard
      !origin.isEmpty,
      text.prefix(origin.count).map(\.asciiLowercased) == origin,
      text.dropFirst(origin.count).starts(with: root)
    else { return false }
    let rest = text.dropFirst(origin.count + root.count)
    switch rest.first ?? next {
    case nil, "?", "#", ")", " ": return true
    case "/": return root.isEmpty || !Self.climbs(rest)
    default: return false
    }
  }

  /// Tells whether a path holds a segment that leads to the folder above.
  private static func climbs(_ path: ArraySlice<Unicode.Scalar>) -> Bool {
    var segment = ""
    for scalar in path {
      switch scalar {
      case "?", "#", "(", ")", " ": return isParent(segment)
      case "/", "\\":
        if isParent(segment) { return true }
        segment = ""
      case "\t": return true
      default: segment.unicodeScalars.append(scalar.asciiLowercased)
      }
    }
    return isParent(segment)
  }

  private static func isParent(_ segment: String) -> Bool {
    ["..", ".%2e", "%2e.", "%2e%2e"].contains(segment)
  }
}

extension Unicode.Scalar {
  /// The scalar in lower case where it is an ASCII letter, else itself.
  var asciiLowercased: Unicode.Scalar {
    ("A"..."Z").contains(self) ? Unicode.Scalar(UInt8(value) + 32) : self
  }
}
