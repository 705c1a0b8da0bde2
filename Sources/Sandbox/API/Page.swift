/// Offset paging as GitLab does it.
struct Page {
  let number: Int
  let size: Int

  init(_ query: Query) {
    number = max(1, query.int("page") ?? 1)
    size = min(100, max(1, query.int("per_page") ?? 20))
  }

  func slice<Rows: RandomAccessCollection>(of rows: Rows) -> Rows.SubSequence {
    rows.dropFirst((number - 1) * size).prefix(size)
  }

  /// Returns the paging headers.
  ///
  /// - Parameters:
  ///   - call: The request; its parameters are repeated in the links.
  ///   - total: How many rows there are, if GitLab counts them.
  ///   - hasMore: Whether another page follows, where GitLab does not count.
  ///   - base: The instance's address, which the links point to whatever the request's host was.
  /// - Returns: `Link` and the `X-` headers.
  func headers(
    _ call: Call,
    total: Int?,
    hasMore: Bool = false,
    base: World.Settings
  ) -> [SandboxRequest.Header] {
    var replaced = [(name: "per_page", value: String(size))]
    if !call.owner.isEmpty { replaced.append(("id", call.owner)) }
    // The page's number stands between these two halves of every link.
    let before = "<\(base.origin)\(call.path)?"
    let (lower, upper) = call.query.encoded(replacing: replaced, around: "page")
    let pages = total.map { max(1, ($0 + size - 1) / size) }
    let hasNext = pages.map { number < $0 } ?? hasMore
    var links: [String] = []
    let link = { (page: Int, relation: String) in
      var text = before
      text += lower
      text += "page="
      text += String(page)
      text += upper
      text += ">; rel=\""
      text += relation
      text += "\""
      return text
    }
    if number > 1 { links.append(link(number - 1, "prev")) }
    if hasNext { links.append(link(number + 1, "next")) }
    links.append(link(1, "first"))
    if let pages { links.append(link(pages, "last")) }
    var headers = [
      SandboxRequest.Header("Link", links.joined(separator: ", ")),
      SandboxRequest.Header("X-Next-Page", hasNext ? String(number + 1) : ""),
      SandboxRequest.Header("X-Page", String(number)),
      SandboxRequest.Header("X-Per-Page", String(size)),
      SandboxRequest.Header("X-Prev-Page", number > 1 ? String(number - 1) : ""),
    ]
    if let total, let pages {
      headers.append(SandboxRequest.Header("X-Total", String(total)))
      headers.append(SandboxRequest.Header("X-Total-Pages", String(pages)))
    }
    return headers
  }

  /// Returns the one header of keyset paging, or none on the last page.
  func keysetHeaders(
    _ call: Call,
    next: [String: String]?,
    base: World.Settings
  ) -> [SandboxRequest.Header] {
    guard var replaced = next else { return [] }
    replaced["pagination"] = "keyset"
    replaced["per_page"] = String(size)
    if !call.owner.isEmpty { replaced["id"] = call.owner }
    let query = call.query.encoded(replacing: replaced)
    return [
      SandboxRequest.Header("Link", "<\(base.origin)\(call.path)?\(query)>; rel=\"next\"")
    ]
  }
}
