import HTTP
import Testing

@Suite(.timeLimit(.minutes(15)))
struct AnswerTests {
  private let client = CurlClient(concurrency: 2, userAgent: "gitlab-wecom/test")

  /// Sends one request to a server that gives these bytes as its answer, then closes.
  private func response(
    to request: HTTPRequest? = nil,
    answer: [UInt8]
  ) async throws -> HTTPResponse {
    let server = try ScriptedServer { peer in
      _ = peer.readRequest()
      peer.write(answer)
    }
    defer { server.stop() }
    return try await client.send(request ?? HTTPRequest(url: server.url()))
  }

  private func response(answer: String) async throws -> HTTPResponse {
    try await response(answer: Array(answer.utf8))
  }

  @Test func `a GET goes out with exactly what was asked for`() async throws {
    let log = Log<ReceivedRequest>()
    let server = try ScriptedServer { peer in
      while let request = peer.readRequest() {
        log.append(request)
        peer.answer()
      }
    }
    defer { server.stop() }
    let headers = [HTTPHeader("Authorization", "Bearer secret"), HTTPHeader("X-Empty", "")]
    let url = server.url("/api/v4/projects/group%2Fproject?per_page=100")
    _ = try await client.send(HTTPRequest(url: url, headers: headers))
    #expect(log.entries.map(\.method) == ["GET"])
    #expect(log.entries.map(\.target) == ["/api/v4/projects/group%2Fproject?per_page=100"])
    #expect(
      log.entries.first?.headers == [
        "Host: 127.0.0.1:\(server.port)",
        "User-Agent: gitlab-wecom/test",
        "Accept: */*",
        "Accept-Encoding: gzip",
        "Authorization: Bearer secret",
        "X-Empty:",
      ]
    )
  }

  @Test(arguments: [0, 2, 100_000, 3 << 20])
  func `a POST goes out whole, without asking to go on`(size: Int) async throws {
    let log = Log<ReceivedRequest>()
    let server = try ScriptedServer { peer in
      if let request = peer.readRequest() {
        log.append(request)
        peer.answer()
      }
    }
    defer { server.stop() }
    let body = [UInt8](repeating: UInt8(ascii: "x"), count: size)
    let headers = [HTTPHeader("Content-Type", "application/json")]
    let request = HTTPRequest(method: .post, url: server.url(), headers: headers, body: body)
    #expect(try await client.send(request).status == 200)
    #expect(log.entries.map(\.method) == ["POST"])
    #expect(log.entries.first?.body.utf8.count == size)
    #expect(log.entries.first?.header("Content-Length") == "\(size)")
    #expect(log.entries.first?.header("Content-Type") == "application/json")
    #expect(log.entries.first?.header("Expect") == nil)
  }

  @Test func `headers of the request before are not sent again`() async throws {
    let log = Log<ReceivedRequest>()
    let server = try ScriptedServer { peer in
      while let request = peer.readRequest() {
        log.append(request)
        peer.answer()
      }
    }
    defer { server.stop() }
    let client = CurlClient(concurrency: 1, userAgent: "test")
    let token = [HTTPHeader("Authorization", "Bearer secret")]
    for headers in [token, [], token, [HTTPHeader("X-Other", "1")]] {
      _ = try await client.send(HTTPRequest(url: server.url(), headers: headers))
    }
    #expect(
      log.entries.map { $0.header("Authorization") } == [
        "Bearer secret", nil, "Bearer secret", nil,
      ]
    )
    #expect(log.entries.last?.header("X-Other") == "1")
  }

  @Test(arguments: [200, 204, 301, 302, 304, 401, 403, 404, 429, 500, 502, 503])
  func `any status is an answer`(status: Int) async throws {
    let response = try await response(
      answer: "HTTP/1.1 \(status) Word\r\nContent-Length: 0\r\n\r\n"
    )
    #expect(response == HTTPResponse(status: status, headers: [HTTPHeader("Content-Length", "0")]))
  }

  @Test func `headers are found whatever their case, in order, without blanks`() async throws {
    let response = try await response(
      answer: """
        HTTP/1.1 200 OK\r
        x-next-page:   2 \t\r
        Link: <http://a/?page=2>; rel="next"\r
        X-Next-Page: 3\r
        X-Name: 中文:值\r
        X-Empty:\r
        \r
        []
        """
    )
    #expect(response.header("X-Next-Page") == "2")
    #expect(response.header("LINK") == "<http://a/?page=2>; rel=\"next\"")
    #expect(response.header("X-Empty") == "")
    #expect(response.header("X-Missing") == nil)
    #expect(response.headers.count == 5)
    #expect(response.headers[3] == HTTPHeader("X-Name", "中文:值"))
  }

  @Test func `interim answers and trailers leave no headers behind`() async throws {
    let response = try await response(
      answer: "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
        + "HTTP/1.1 200 OK\r\nX-Real: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Late: 1\r\n\r\n"
    )
    #expect(response.headers.map(\.name) == ["X-Real", "Transfer-Encoding"])
    #expect(response.body == Array("abcdefg".utf8))
  }

  @Test func `a gzip body is decoded`() async throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(Gzip.brackets.count)"
    let response = try await response(answer: Array("\(head)\r\n\r\n".utf8) + Gzip.brackets)
    #expect(response.body == Array("[]".utf8))
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 1 << 20])
  func `bodies of every size come whole and in turn`(size: Int) async throws {
    let server = try ScriptedServer { peer in
      while let request = peer.readRequest() {
        peer.answer(String(repeating: request.target == "/a" ? "a" : "b", count: size))
      }
    }
    defer { server.stop() }
    let client = CurlClient(concurrency: 1, userAgent: "test")
    for name in ["a", "b", "a"] {
      let response = try await client.send(HTTPRequest(url: server.url("/\(name)")))
      #expect(response.body == Array(String(repeating: name, count: size).utf8))
    }
  }

  @Test(arguments: ["other port", "same port", "file:///etc/passwd", "ftp://127.0.0.1/"])
  func `rows 66 and 67: a redirect is an answer, and no token goes where it points`(
    kind: String
  ) async throws {
    let seen = Log<ReceivedRequest>()
    let other = try ScriptedServer { peer in
      if let request = peer.readRequest() {
        seen.append(request)
      }
    }
    defer { other.stop() }
    let location =
      switch kind {
      case "other port": other.url("/stolen")
      case "same port": "/elsewhere"
      default: kind
      }
    let requests = Log<String>()
    let server = try ScriptedServer { peer in
      while let request = peer.readRequest() {
        requests.append(request.target)
        peer.write("HTTP/1.1 302 Found\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n")
      }
    }
    defer { server.stop() }
    let headers = [HTTPHeader("PRIVATE-TOKEN", "secret"), HTTPHeader("Authorization", "Bearer s")]
    let response = try await client.send(HTTPRequest(url: server.url("/start"), headers: headers))
    #expect(response.status == 302)
    #expect(response.header("location") == location)
    #expect(requests.entries == ["/start"])
    #expect(seen.entries.isEmpty)
    #expect(other.accepted == 0)
  }

  @Test(arguments: [
    ("<html><head><title>502 Bad Gateway</title>", "502 Bad Gateway"),
    ("<HTML><TITLE lang=\"de\">Gefiltert</TITLE>", "Gefiltert"),
    ("<html><title> \n</title><p>x", "<html><title> \n</title><p>x"),
    ("<html><title>never ends", "<html><title>never ends"),
    ("<title", "<title"),
    ("Bad Gateway", "Bad Gateway"),
    ("", ""),
  ])
  func `a page is known by its title, or by how it begins`(page: String, title: String) {
    #expect(HTTPResponse(status: 502, body: Array(page.utf8)).pageTitle == title)
  }
}
