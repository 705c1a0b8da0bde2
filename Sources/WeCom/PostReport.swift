/// The outcome of a post together with what was learnt on the way, for the doctor.
package struct PostReport: Sendable, Equatable {
  package var outcome: PostOutcome
  /// The HTTP status, or nil when there was no answer.
  package var status: Int?
  /// WeCom's code, or nil when the answer held none.
  package var errcode: Int?
  /// WeCom's own words, cleaned; empty when there were none.
  package var text: String
  /// The address from which WeCom saw the request come; told with failures only.
  package var seenAddress: String?

  package init(
    outcome: PostOutcome,
    status: Int? = nil,
    errcode: Int? = nil,
    text: String = "",
    seenAddress: String? = nil
  ) {
    self.outcome = outcome
    self.status = status
    self.errcode = errcode
    self.text = text
    self.seenAddress = seenAddress
  }
}
