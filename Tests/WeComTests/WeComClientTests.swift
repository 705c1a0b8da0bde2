import HTTP
import Testing

@testable import WeCom

@Suite
struct WeComClientTests {
  private static let canary = "693a91f6-7cdc-4bc4-97a0-0ec2sifac4f1"

  private func key() throws -> WebhookKey {
    try #require(WebhookKey(Self.canary))
  }

  private func outcome(of transport: ScriptedTransport) async throws -> PostOutcome {
    try await WeComClient(transport: transport).post("text", key: key())
  }

  // MARK: The request

  @Test func `a message goes out as JSON over a connection of its own`() async throws {
    let transport = ScriptedTransport(#"{"errcode":0,"errmsg":"ok"}"#)
    let client = try WeComClient(
      transport: transport,
      base: "http://relay:18888/wx/",
      connection: HTTPRequest.Connection(proxy: "http://proxy:3128", caFile: "/ca.pem"),
      timeout: .seconds(3)
    )
    let content = "## a/b \"c\" \\ \n\t<font color=\"info\">中</font> \u{1}"
    #expect(await client.post(content, key: try key()) == .sent)
    #expect(
      transport.requests == [
        HTTPRequest(
          method: .post,
          url: "http://relay:18888/wx/cgi-bin/webhook/send?key=\(Self.canary)",
          headers: [HTTPHeader("Content-Type", "application/json; charset=utf-8")],
          body: Array(
            (###"{"msgtype":"markdown","markdown":{"content":"## a/b \"c\" \\ \n\t"###
              + #"<font color=\"info\">中</font> \u0001"}}"#).utf8
          ),
          connection: HTTPRequest.Connection(
            proxy: "http://proxy:3128",
            caFile: "/ca.pem",
            isFresh: true
          ),
          timeout: .seconds(3),
          connectTimeout: .seconds(3),
          byteLimit: 65_536
        )
      ]
    )
  }

  @Test func `WeCom's own address is the default`() async throws {
    let transport = ScriptedTransport(#"{"errcode":0}"#)
    _ = try await outcome(of: transport)
    #expect(
      transport.requests.map(\.url) == [
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=\(Self.canary)"
      ]
    )
    #expect(transport.requests.map(\.timeout) == [.seconds(10)])
  }

  @Test func `a base that is no address is refused`() {
    #expect(throws: BaseURLError.otherScheme) {
      try WeComClient(transport: ScriptedTransport(""), base: "ftp://relay")
    }
  }

  // MARK: Answers

  struct Answer: Sendable, CustomTestStringConvertible {
    var status = 200
    var body: String
    var outcome: PostOutcome
    var testDescription: String { "\(status) \(body)" }
  }

  @Test(arguments: [
    (0, PostOutcome.sent),
    (-1, .refusedForNow(code: -1)),
    (45033, .refusedForNow(code: 45033)),
    (45009, .rateLimited(code: 45009)),
    (130_101, .rateLimited(code: 130_101)),
    (40058, .messageRefused(code: 40058, text: "words")),
    (44004, .messageRefused(code: 44004, text: "words")),
    (45002, .messageRefused(code: 45002, text: "words")),
    (93000, .needsOperator(code: 93000, text: "words")),
    (93004, .needsOperator(code: 93004, text: "words")),
    (93006, .needsOperator(code: 93006, text: "words")),
    (93008, .needsOperator(code: 93008, text: "words")),
    (93017, .needsOperator(code: 93017, text: "words")),
    (93019, .needsOperator(code: 93019, text: "words")),
    (40008, .needsOperator(code: 40008, text: "words")),
    (40063, .needsOperator(code: 40063, text: "words")),
    (40096, .needsOperator(code: 40096, text: "words")),
    (41001, .needsOperator(code: 41001, text: "words")),
    (40014, .needsOperator(code: 40014, text: "words")),
    (42001, .needsOperator(code: 42001, text: "words")),
    (60020, .needsOperator(code: 60020, text: "words")),
    (99999, .needsOperator(code: 99999, text: "words")),
    (-2, .needsOperator(code: -2, text: "words")),
    (1, .needsOperator(code: 1, text: "words")),
  ])
  func `rows 88 to 91: every errcode has its outcome`(
    code: Int,
    expected: PostOutcome
  ) async throws {
    let transport = ScriptedTransport(#"{"errcode":\#(code),"errmsg":"words"}"#)
    #expect(try await outcome(of: transport) == expected)
  }

  @Test(arguments: [
    Answer(body: #"{"errcode":"0","errmsg":"ok"}"#, outcome: .sent),
    Answer(body: #"{"errcode":"45009"}"#, outcome: .rateLimited(code: 45009)),
    Answer(body: #"{"errmsg":7,"errcode":0}"#, outcome: .sent),
    Answer(body: " \n{\"errcode\":0}", outcome: .sent),
    Answer(
      body: "<html>\n<body>Please log in</body></html>",
      outcome: .inDoubt(
        reason: "HTTP 200 without an errcode: <html> <body>Please log in</body></html>"
      )
    ),
    Answer(body: "", outcome: .inDoubt(reason: "HTTP 200 without an errcode")),
    Answer(body: "{}", outcome: .inDoubt(reason: "HTTP 200 without an errcode: {}")),
    Answer(body: "[0]", outcome: .inDoubt(reason: "HTTP 200 without an errcode: [0]")),
    Answer(
      body: #"{"errcode":null}"#,
      outcome: .inDoubt(reason: #"HTTP 200 without an errcode: {"errcode":null}"#)
    ),
    Answer(
      body: #"{"errcode":1e300}"#,
      outcome: .inDoubt(reason: #"HTTP 200 without an errcode: {"errcode":1e300}"#)
    ),
    Answer(
      body: #"{"errcode":"none"}"#,
      outcome: .inDoubt(reason: #"HTTP 200 without an errcode: {"errcode":"none"}"#)
    ),
    Answer(
      body: #"{"errcode":0"#,
      outcome: .inDoubt(reason: #"HTTP 200 without an errcode: {"errcode":0"#)
    ),
    Answer(
      status: 204,
      body: "",
      outcome: .inDoubt(reason: "HTTP 204 without an errcode")
    ),
    Answer(
      status: 201,
      body: #"{"errcode":0}"#,
      outcome: .inDoubt(reason: "HTTP 201 with errcode 0")
    ),
    Answer(status: 429, body: "Retry later\n", outcome: .rateLimited(code: 429)),
    Answer(status: 429, body: #"{"errcode":45009}"#, outcome: .rateLimited(code: 45009)),
    Answer(status: 408, body: "", outcome: .refusedForNow(code: 408)),
    Answer(status: 425, body: "", outcome: .refusedForNow(code: 425)),
    Answer(status: 302, body: "", outcome: .needsOperator(code: 302, text: "")),
    Answer(status: 304, body: "", outcome: .needsOperator(code: 304, text: "")),
    Answer(status: 400, body: "bad", outcome: .needsOperator(code: 400, text: "bad")),
    Answer(status: 401, body: "", outcome: .needsOperator(code: 401, text: "")),
    Answer(status: 403, body: "", outcome: .needsOperator(code: 403, text: "")),
    Answer(
      status: 404,
      body: "<h1>Not Found</h1>",
      outcome: .needsOperator(code: 404, text: "<h1>Not Found</h1>")
    ),
    Answer(status: 407, body: "", outcome: .needsOperator(code: 407, text: "")),
    Answer(status: 413, body: "", outcome: .needsOperator(code: 413, text: "")),
    Answer(
      status: 403,
      body: #"{"errcode":93000,"errmsg":"invalid webhook url"}"#,
      outcome: .needsOperator(code: 93000, text: "invalid webhook url")
    ),
    Answer(
      status: 404,
      body: #"{"errcode":0}"#,
      outcome: .inDoubt(reason: "HTTP 404 with errcode 0")
    ),
    Answer(
      status: 500,
      body: #"{"errcode":0}"#,
      outcome: .inDoubt(reason: "HTTP 500")
    ),
    Answer(
      status: 502,
      body: "<html>Bad Gateway</html>",
      outcome: .inDoubt(reason: "HTTP 502: <html>Bad Gateway</html>")
    ),
    Answer(status: 503, body: "", outcome: .inDoubt(reason: "HTTP 503")),
    Answer(status: 504, body: "", outcome: .inDoubt(reason: "HTTP 504")),
  ])
  func `row 89: every other answer has its outcome`(answer: Answer) async throws {
    let transport = ScriptedTransport(status: answer.status, answer.body)
    #expect(try await outcome(of: transport) == answer.outcome)
  }

  @Test func `garbled words do not hide a code`() async throws {
    let body = Array(#"{"errcode":0,"errmsg":""#.utf8) + [0xb7, 0xa2] + Array(#""}"#.utf8)
    let transport = ScriptedTransport(.success(HTTPResponse(status: 200, body: body)))
    #expect(try await outcome(of: transport) == .sent)
  }

  @Test(arguments: [
    (
      HTTPError.cannotConnect(reason: "connection refused"), false,
      "cannot connect: connection refused"
    ),
    (
      .cannotResolve(host: "qyapi.weixin.qq.com"), false,
      "no address found for host \"qyapi.weixin.qq.com\"; check the address, and this machine's "
        + "name server"
    ),
    (
      .proxyRefused(reason: "it answered CONNECT with status 407"), false,
      "the proxy let nothing through: it answered CONNECT with status 407; check proxy, and that "
        + "it lets this machine through"
    ),
    (
      .certificateRefused(.expired), false,
      "no secure connection: its certificate has expired; renew it there, or set this machine's "
        + "clock"
    ),
    (
      .unusableCAFile(path: "/ca", reason: "is a directory"), false,
      "the CA file cannot be used: \"/ca\": is a directory; see ca_file"
    ),
    (.timedOut(wasSent: false), false, "timed out before the request was sent"),
    (.timedOut(wasSent: true), true, "timed out waiting for the answer"),
    (.cancelled(wasSent: false), false, "cancelled before the request was sent"),
    (.cancelled(wasSent: true), true, "cancelled while waiting for the answer"),
    (
      .connectionLost(reason: "it was closed without an answer", wasSent: true), true,
      "the connection was lost: it was closed without an answer"
    ),
    (.bodyTooLarge(limit: 65536), true, "the answer is larger than 65536 bytes"),
    (
      .malformedAnswer(reason: "a header line is too long"), true,
      "the answer is not usable HTTP: a header line is too long"
    ),
    (
      .failed(reason: "too many open files", wasSent: false), false,
      "the exchange failed: too many open files"
    ),
  ])
  func `rows 85, 86 and 97: what was not sent is told from what is in doubt`(
    error: HTTPError,
    isInDoubt: Bool,
    reason: String
  ) async throws {
    let outcome = try await outcome(of: ScriptedTransport(.failure(error)))
    #expect(outcome == (isInDoubt ? .inDoubt(reason: reason) : .surelyNotSent(reason: reason)))
  }

  // MARK: For people

  @Test(arguments: [
    (PostOutcome.sent, "sent"),
    (
      .surelyNotSent(reason: "cannot connect: connection refused"),
      "not sent: cannot connect: connection refused"
    ),
    (.inDoubt(reason: "HTTP 502"), "perhaps sent: HTTP 502"),
    (.refusedForNow(code: -1), "WeCom is busy (errcode -1)"),
    (.refusedForNow(code: 408), "WeCom is busy (HTTP 408)"),
    (.rateLimited(code: 45009), "WeCom wants fewer messages a minute (errcode 45009)"),
    (
      .needsOperator(code: 93000, text: "invalid webhook url"),
      "WeCom refuses the bot (errcode 93000): invalid webhook url; "
        + "check the bot's key, and that the bot is still in its group"
    ),
    (
      .needsOperator(code: 93004, text: ""),
      "WeCom refuses the bot (errcode 93004); the bot is switched off, switch it on in WeCom"
    ),
    (
      .needsOperator(code: 93008, text: ""),
      "WeCom refuses the bot (errcode 93008); the bot is no longer in its group, add it again"
    ),
    (
      .needsOperator(code: 60020, text: "not allow to access from your ip"),
      "WeCom refuses the bot (errcode 60020): not allow to access from your ip"
    ),
    (
      .needsOperator(code: 404, text: "Not Found"),
      "WeCom refuses the bot (HTTP 404): Not Found; check the address and the proxy of [wecom]"
    ),
    (
      .messageRefused(code: 40058, text: "exceed max length 4096"),
      "WeCom refuses this message (errcode 40058): exceed max length 4096"
    ),
  ])
  func `each outcome is said in one line`(outcome: PostOutcome, text: String) {
    #expect(outcome.description == text)
  }

  @Test func `the report holds WeCom's words and the address it saw`() async throws {
    let words =
      "invalid webhook url, hint: [1605684180286021124], from ip: 203.0.113.7, "
      + "more info at https://open.work.weixin.qq.com/devtool/query?e=93000"
    let transport = ScriptedTransport(#"{"errcode":93000,"errmsg":"\#(words)"}"#)
    let report = try await WeComClient(transport: transport).report(of: "text", key: key())
    #expect(
      report
        == PostReport(
          outcome: .needsOperator(code: 93000, text: words),
          errcode: 93000,
          seenAddress: "203.0.113.7"
        )
    )
  }

  @Test(arguments: [
    ("x, from ip: 2001:db8::7, y", "2001:db8::7"), ("x, from ip: ", nil), ("from ip: ???", nil),
    ("nothing", nil),
  ])
  func `the address is found where there is one`(words: String, address: String?) async throws {
    let transport = ScriptedTransport(#"{"errcode":1,"errmsg":"\#(words)"}"#)
    let report = try await WeComClient(transport: transport).report(of: "text", key: key())
    #expect(report.seenAddress == address)
  }

  @Test(arguments: [
    ("a\\u0007b\\u001b[31mc\\r\\nd\\u2028e", "ab[31mc d e"),
    ("\\u202eevil\\u2066 \\u200btext\\u0085", "evil text"),
    ("key=693A91F6-7CDC-4BC4-97A0-0EC2SIFAC4F1 is wrong", "key=… is wrong"),
    ("other 0d5c1b2e-0000-4000-8000-00000000a7e0!", "other …!"),
    ("begins 693a91f6-7cdc", "begins …"),
    ("hint: [1605684180286021124]", "hint: [1605684180286021124]"),
  ])
  func `row 100: foreign words are cleaned`(words: String, cleaned: String) async throws {
    let transport = ScriptedTransport(#"{"errcode":1,"errmsg":"\#(words)"}"#)
    #expect(try await outcome(of: transport) == .needsOperator(code: 1, text: cleaned))
  }

  @Test func `foreign words are bounded`() async throws {
    let words = String(repeating: "字", count: 5000)
    let transport = ScriptedTransport(#"{"errcode":1,"errmsg":"\#(words)"}"#)
    let cut = String(repeating: "字", count: 299) + "…"
    #expect(try await outcome(of: transport) == .needsOperator(code: 1, text: cut))
  }

  @Test func `row 102: no outcome ever shows the key`() async throws {
    let leak = "at https://qyapi/cgi-bin/webhook/send?key=\(Self.canary)&debug=1 (\(Self.canary))"
    var transports = [200, 204, 302, 400, 404, 429, 500, 502].map { status in
      ScriptedTransport(status: status, "<html>\(leak)</html>")
    }
    for code in [-1, 1, 40008, 40058, 44004, 45002, 45009, 45033, 93000, 93004, 93008, 130_101] {
      transports.append(ScriptedTransport(#"{"errcode":\#(code),"errmsg":"\#(leak)"}"#))
    }
    let errors: [HTTPError] = [
      .unusable(leak), .unusableCAFile(path: leak, reason: leak), .cannotResolve(host: leak),
      .cannotResolveProxy(host: leak), .cannotConnect(reason: leak), .proxyRefused(reason: leak),
      .tlsFailed(reason: leak), .certificateRefused(.otherHost("qyapi")), .timedOut(wasSent: true),
      .connectionLost(reason: leak, wasSent: true), .bodyTooLarge(limit: 1),
      .malformedAnswer(reason: leak), .cancelled(wasSent: false),
      .failed(reason: leak, wasSent: false),
    ]
    transports += errors.map { ScriptedTransport(.failure($0)) }
    for transport in transports {
      let report = try await WeComClient(transport: transport).report(of: "text", key: key())
      for text in ["\(report)", report.outcome.description, String(reflecting: report)] {
        #expect(!text.contains(Self.canary))
        #expect(!text.contains("7cdc-4bc4"))
      }
      #expect(transport.requests.count == 1)
    }
  }
}
