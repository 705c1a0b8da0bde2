/// How WeCom is reached: `[wecom]`.
package struct WeComSettings: Sendable, Equatable {
  /// The base of all bots whose own webhook address does not name another.
  package var url: String
  package var proxy: String?
  /// A readable PEM file of further certificate authorities.
  package var caFile: String?
  /// For one request, from start to complete answer.
  package var timeout: Duration
}
