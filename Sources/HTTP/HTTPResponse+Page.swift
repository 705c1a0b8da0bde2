extension HTTPResponse {
  /// What a page of HTML calls itself, or how any other body begins; to be cleaned.
  ///
  /// An error page of a proxy tells by its title what it is, and by its first line only which HTML.
  package var pageTitle: String {
    let page = body.prefix(4096)
    let lowered = page.map(\.lowercasedASCII)
    guard let tag = lowered.firstRange(of: "<title".utf8),
      let start = lowered[tag.upperBound...].firstIndex(of: UInt8(ascii: ">")),
      let end = lowered[start...].firstRange(of: "</title".utf8)?.lowerBound,
      lowered[start..<end].dropFirst().contains(where: { $0 > 0x20 })
    else { return String(decoding: page, as: UTF8.self) }
    return String(decoding: page[start..<end].dropFirst(), as: UTF8.self)
  }
}
