/// One page of a listing.
package struct Page<Row: Sendable & Equatable>: Sendable, Equatable {
  /// The rows in GitLab's order.
  package var rows: [Row]
  /// How many rows could not be used: they had no id, or were no objects at all.
  package var skippedRows = 0
  /// Where the next page begins; nil at the end.
  ///
  /// GitLab filters after paging: a page may be short or empty and yet have a next one.
  package var next: PageCursor?
  /// How many rows there are, hidden ones too; nil where GitLab does not count them.
  package var total: Int64?
  /// The server's clock as of the answer, in milliseconds since 1970; its resolution is a second.
  package var serverDate: Int64?
  package var rateLimit: RateLimit?
}
