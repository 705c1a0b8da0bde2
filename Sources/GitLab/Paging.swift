import HTTP

/// Finds where a listing goes on, from the headers of one page.
struct Paging {
  var response: HTTPResponse
  var endpoint: Endpoint
  /// Where the page began.
  var cursor: PageCursor?

  /// A next page that cannot be asked for, as GitLab named it.
  struct Unusable: Error, Equatable {
    var text: String
  }

  /// Returns the next page, nil at the end, or what is wrong with it.
  ///
  /// - `rowCount`: All rows of the page, the skipped ones too.
  /// - `perPage`: How many were asked for.
  func next(rowCount: Int, perPage: Int) -> Result<PageCursor?, Unusable> {
    if let text = response.header("X-Next-Page"), !text.allSatisfy(\.isWhitespace) {
      guard let number = Int64(text), number > 0 else { return .failure(Unusable(text: text)) }
      return checked(.page(number), text)
    }
    if let link = nextLink {
      guard let next = PageCursor(link: link) else { return .failure(Unusable(text: link)) }
      return checked(next, link)
    }
    // Something in between has taken all paging headers away: a full page is then followed by the
    // next number. A keyset listing has none of these headers on its last page.
    let paging = ["X-Next-Page", "X-Page", "Link"]
    if rowCount >= perPage, !endpoint.query.contains(QueryItem("pagination", "keyset")),
      paging.allSatisfy({ response.header($0) == nil })
    {
      return .success(pageAfter)
    }
    return .success(nil)
  }

  /// The page after this one by its number, for listings that are paged by number.
  var pageAfter: PageCursor? {
    switch cursor {
    case nil: .page(2)
    case .page(let number) where number < .max: .page(number + 1)
    default: nil
    }
  }

  private func checked(_ next: PageCursor, _ text: String) -> Result<PageCursor?, Unusable> {
    next.isBeyond(cursor) ? .success(next) : .failure(Unusable(text: text))
  }

  /// The address of `rel="next"` in the `Link` headers.
  private var nextLink: String? {
    for header in response.headers where header.isNamed("Link") {
      // Most listings have one page: its links to itself are not taken apart, Character by Character.
      guard Self.mentionsNext(header.value) else { continue }
      var rest = header.value[...]
      while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
        let parameters = rest[rest.index(after: close)...].prefix { $0 != "<" }
        let relations = parameters.split { $0 == ";" || $0 == "," }.map {
          $0.lowercased().filter { $0 != " " && $0 != "\"" }
        }
        if relations.contains("rel=next") {
          return String(rest[rest.index(after: open)..<close])
        }
        rest = parameters.isEmpty ? "" : rest[parameters.endIndex...]
      }
    }
    return nil
  }

  private static func mentionsNext(_ text: String) -> Bool {
    var window: UInt32 = 0
    // The last four bytes, ASCII letters in lower case.
    return text.utf8.contains { byte in
      window = window << 8 | UInt32(byte | 0x20)
      return window == 0x6E65_7874
    }
  }
}
