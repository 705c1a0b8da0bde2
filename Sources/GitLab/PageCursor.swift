/// Where a listing goes on: the only thing that is taken over from GitLab's own links.
package enum PageCursor: Hashable, Sendable, Codable {
  /// The number of a page, from 1.
  case page(Int64)
  /// Rows with a higher id (keyset paging, ascending).
  case idAfter(Int64)
  /// Rows with a lower id (keyset paging, descending).
  case idBefore(Int64)
  /// An opaque place (keyset paging of newer versions).
  case opaque(String)

  var queryItem: QueryItem {
    switch self {
    case .page(let number): QueryItem("page", String(number))
    case .idAfter(let id): QueryItem("id_after", String(id))
    case .idBefore(let id): QueryItem("id_before", String(id))
    case .opaque(let text): QueryItem("cursor", text)
    }
  }

  /// Reads the cursor that the query of a link holds, or nil when it holds none.
  init?(link: some StringProtocol) {
    let items = URLText.queryItems(of: link)
    func value(_ name: String) -> String? {
      items.last { $0.name == name }?.value
    }
    func number(_ name: String) -> Int64? {
      value(name).flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
    // A keyset link may repeat the `page` of the request: the keyset item goes first.
    if let cursor = value("cursor"), !cursor.isEmpty, cursor.utf8.count <= 4096 {
      self = .opaque(cursor)
    } else if let id = number("id_after") {
      self = .idAfter(id)
    } else if let id = number("id_before") {
      self = .idBefore(id)
    } else if let page = number("page") {
      self = .page(page)
    } else {
      return nil
    }
  }

  /// Whether this place lies beyond another; nil stands for the first page.
  ///
  /// Opaque places cannot be compared: any but the same one counts as further on.
  func isBeyond(_ other: PageCursor?) -> Bool {
    switch (self, other) {
    case (.page(let next), .page(let current)): next > current
    case (.page(let next), nil): next > 1
    case (.idAfter(let next), .idAfter(let current)): next > current
    case (.idBefore(let next), .idBefore(let current)): next < current
    default: self != other
    }
  }
}
