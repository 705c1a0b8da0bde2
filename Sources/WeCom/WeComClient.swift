import FoundationEssentials
package import HTTP

/// Posts finished messages through group bots of WeCom and tells what came of them.
///
/// Neither repeats nor waits nor keeps to a pace. Every post has a connection of its own, so that
/// nothing below repeats it either.
///
/// WeCom's documentation: <https://developer.work.weixin.qq.com/document/path/99110>
package struct WeComClient: Sendable {
  /// The most bytes of an answer that are read; WeCom's have a few hundred.
  package static let answerLimit = 64 << 10

  private let transport: any Transport
  private let base: BaseURL
  private let connection: HTTPRequest.Connection
  private var timeout: Duration

  /// Takes everything that is the same for all bots of one WeCom.
  ///
  /// - Throws: `BaseURLError` when `base` cannot be the beginning of the bots' address.
  package init(
    transport: any Transport,
    base: String = "https://qyapi.weixin.qq.com",
    connection: HTTPRequest.Connection = HTTPRequest.Connection(),
    timeout: Duration = .seconds(10)
  ) throws(BaseURLError) {
    self.transport = transport
    self.base = try BaseURL(base)
    var connection = connection
    connection.isFresh = true
    self.connection = connection
    self.timeout = timeout
  }

  /// Returns the same client with less time for one post.
  package func limited(to timeout: Duration) -> WeComClient {
    var client = self
    client.timeout = min(self.timeout, timeout)
    return client
  }

  /// Posts one message of type `markdown` and returns what is to happen to it next.
  ///
  /// The content goes out as it is: the caller keeps it within WeCom's 4096 bytes.
  package func post(_ content: String, key: WebhookKey) async -> PostOutcome {
    await report(of: content, key: key).outcome
  }

  /// Posts one message as `post` does and returns all that was learnt.
  package func report(of content: String, key: WebhookKey) async -> PostReport {
    let redaction = Redaction(of: key)
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await transport.send(request(content, key: key))
    } catch {
      var report = PostReport(outcome: PostOutcome(error).redacted(redaction))
      if case .certificateRefused(let problem) = error { report.certificateProblem = problem }
      return report
    }
    let answer = Answer(response.body)
    let text =
      if answer.errcode == nil {
        // A page of something else; its title is enough to know it by.
        redaction.clean(response.pageTitle, limit: 80)
      } else {
        redaction.clean(answer.errmsg)
      }
    return PostReport(
      outcome: PostOutcome(status: response.status, errcode: answer.errcode, text: text),
      errcode: answer.errcode,
      seenAddress: answer.seenAddress
    )
  }

  private func request(_ content: String, key: WebhookKey) -> HTTPRequest {
    HTTPRequest(
      method: .post,
      url: base.url(path: ["cgi-bin", "webhook", "send"], query: [("key", key.reveal())]),
      headers: [HTTPHeader("Content-Type", "application/json; charset=utf-8")],
      body: Self.body(content),
      connection: connection,
      timeout: timeout,
      connectTimeout: min(timeout, .seconds(5)),
      byteLimit: Self.answerLimit
    )
  }

  /// The request's body; the same content gives the same bytes.
  private static func body(_ content: String) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    guard let string = try? encoder.encode(content) else {
      preconditionFailure("any string can be written as JSON")
    }
    return Array(#"{"msgtype":"markdown","markdown":{"content":"#.utf8) + string + Array("}}".utf8)
  }
}

extension PostOutcome {
  /// The outcome with its reason cleaned; a transport that quotes addresses must not leak either.
  fileprivate func redacted(_ redaction: Redaction) -> PostOutcome {
    switch self {
    case .surelyNotSent(let reason):
      .surelyNotSent(reason: redaction.clean(reason))
    case .inDoubt(let reason):
      .inDoubt(reason: redaction.clean(reason))
    case .sent, .refusedForNow, .rateLimited, .needsOperator, .messageRefused:
      self
    }
  }
}
