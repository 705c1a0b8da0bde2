package import HTTP

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
  /// What was wrong with the certificate of the server; nil when that was not the trouble.
  package var certificateProblem: CertificateProblem?

  package init(
    outcome: PostOutcome,
    status: Int? = nil,
    errcode: Int? = nil,
    text: String = "",
    seenAddress: String? = nil,
    certificateProblem: CertificateProblem? = nil
  ) {
    self.outcome = outcome
    self.status = status
    self.errcode = errcode
    self.text = text
    self.seenAddress = seenAddress
    self.certificateProblem = certificateProblem
  }
}
