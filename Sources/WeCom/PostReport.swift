package import HTTP

/// The outcome of a post together with what was learnt on the way, for the doctor.
package struct PostReport: Sendable, Equatable {
  package var outcome: PostOutcome
  /// WeCom's code, or nil when the answer held none.
  package var errcode: Int?
  /// The address from which WeCom saw the request come; told with failures only.
  package var seenAddress: String?
  /// What was wrong with the certificate of the server; nil when that was not the trouble.
  package var certificateProblem: CertificateProblem?
}
