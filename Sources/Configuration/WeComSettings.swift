/// How WeCom is reached: `[wecom]`.
package struct WeComSettings: Sendable, Equatable {
  /// The base of all bots whose own webhook address does not name another.
  package var url: String
  package var proxy: String?
  /// A readable PEM file of further certificate authorities.
  package var caFile: String?
  /// For one request, from start to complete answer.
  package var timeout: Duration

  package init(
    url: String = "https://qyapi.weixin.qq.com",
    proxy: String? = nil,
    caFile: String? = nil,
    timeout: Duration = .seconds(10)
  ) {
    self.url = url
    self.proxy = proxy
    self.caFile = caFile
    self.timeout = timeout
  }
}
