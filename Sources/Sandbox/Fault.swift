/// A scripted misbehaviour: which requests it strikes and what it does to them.
///
/// Faults are tried in the order they were added; the first that matches acts.
package struct Fault: Sendable {
  /// What happens to a request that is struck.
  package enum Effect: Sendable {
    /// Another answer instead of the real one; the request has no effect.
    case answer(SandboxReply)
    /// 429 as the application limits send it: JSON, with `Retry-After` only if one is given.
    case limited(retryAfter: String?)
    /// 429 as Rack::Attack sends it: plain text with rate limit headers.
    case throttled(retryAfter: String?)
    /// The request is carried out, then its answer meets with an accident.
    case afterwards(SandboxReply.Delivery)
    /// The request is not carried out, and meets with an accident.
    case instead(SandboxReply.Delivery)
    /// The real answer under another content type or status.
    case altered(status: Int?, headers: [SandboxRequest.Header])
    /// The real answer after some milliseconds.
    case delayed(milliseconds: Int)
    /// A redirect.
    case redirected(status: Int, location: String)
    /// 304 whatever has changed.
    case notModified
    /// A `gzip` body that unpacks to that many bytes.
    case bomb(bytes: Int)
    /// WeCom's answer with a code; the group does not see the message.
    case errcode(Int, String)
    /// Something of one's own.
    case custom(@Sendable (SandboxRequest) -> SandboxReply)
  }

  /// The endpoints it strikes; nil for all.
  package var endpoints: Set<Endpoint>?
  /// The project it strikes, by id; nil for all.
  package var projectID: Int?
  /// A text that the target must contain; nil for all.
  package var text: String?
  /// How many matching requests it lets pass first.
  package var skips: Int
  /// How many requests it strikes; nil for no end.
  package var times: Int?
  /// The share of matching requests that it strikes.
  package var probability: Double
  /// What it does to them.
  package var effect: Effect

  package init(
    _ effect: Effect,
    at endpoints: Set<Endpoint>? = nil,
    projectID: Int? = nil,
    text: String? = nil,
    skips: Int = 0,
    times: Int? = nil,
    probability: Double = 1
  ) {
    self.effect = effect
    self.endpoints = endpoints
    self.projectID = projectID
    self.text = text
    self.skips = skips
    self.times = times
    self.probability = probability
  }

  /// Every endpoint of GitLab.
  package static let gitlab = Set(Endpoint.allCases.filter { $0 != .wecomSend })

  mutating func strikes(_ call: Call, projectID: Int?, random: inout RandomSource) -> Bool {
    if times == 0 { return false }
    if let endpoints, !endpoints.contains(call.endpoint) { return false }
    if let wanted = self.projectID, wanted != projectID { return false }
    if let text, !call.path.contains(text), !call.query.encoded(replacing: [:]).contains(text) {
      return false
    }
    if probability < 1, Double.random(in: 0..<1, using: &random) >= probability { return false }
    if skips > 0 {
      skips -= 1
      return false
    }
    if let left = times { times = left - 1 }
    return true
  }
}
