import Glibc
import HTTP
import Testing

@Suite(.timeLimit(.minutes(15)))
struct ProxyTests {
  private let client = CurlClient(concurrency: 1, userAgent: "test")

  @Test func `a plain request goes to the proxy with its whole address`() async throws {
    let log = Log<ReceivedRequest>()
    let proxy = try ScriptedServer { peer in
      if let request = peer.readRequest() {
        log.append(request)
        peer.answer("through")
      }
    }
    defer { proxy.stop() }
    let connection = HTTPRequest.Connection(proxy: proxy.url(""))
    let request = HTTPRequest(url: "http://gitlab.invalid/api", connection: connection)
    #expect(try await client.send(request).body == Array("through".utf8))
    #expect(log.entries.map(\.target) == ["http://gitlab.invalid/api"])
  }

  @Test func `a secure request asks the proxy for a tunnel and shows it no header`() async throws {
    let log = Log<ReceivedRequest>()
    let proxy = try ScriptedServer { peer in
      if let request = peer.readRequest() {
        log.append(request)
        peer.write("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
      }
    }
    defer { proxy.stop() }
    let request = HTTPRequest(
      url: "https://gitlab.invalid/api",
      headers: [HTTPHeader("Authorization", "Bearer canary")],
      connection: HTTPRequest.Connection(proxy: proxy.url(""))
    )
    let result = await outcome(of: request, through: client)
    #expect(result == .failure(.proxyRefused(reason: "it answered CONNECT with status 403")))
    #expect(log.entries.map(\.method) == ["CONNECT"])
    #expect(log.entries.map(\.target) == ["gitlab.invalid:443"])
    #expect(log.entries.first?.header("Authorization") == nil)
  }

  @Test(arguments: ["http", "https"])
  func `a proxy that wants a login is told as such, and nothing was sent`(
    scheme: String
  ) async throws {
    let proxy = try ScriptedServer { peer in
      _ = peer.readRequest()
      peer.write("HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno")
    }
    defer { proxy.stop() }
    let request = HTTPRequest(
      url: "\(scheme)://gitlab.invalid/api",
      connection: HTTPRequest.Connection(proxy: proxy.url(""))
    )
    let result = await outcome(of: request, through: client)
    let error = HTTPError.proxyRefused(reason: "it wants a user name and a password (407)")
    #expect(result == .failure(error))
    #expect(!error.wasSent)
  }

  @Test func `a tunnel that breaks was no request`() async throws {
    let proxy = try ScriptedServer { peer in
      _ = peer.readRequest()
      peer.write("HTTP/1.1 200 Connected\r\n\r\n")
      _ = peer.read()
    }
    defer { proxy.stop() }
    let request = HTTPRequest(
      method: .post,
      url: "https://qyapi.invalid/send?key=canary",
      connection: HTTPRequest.Connection(proxy: proxy.url(""))
    )
    let result = await outcome(of: request, through: client)
    #expect(result == .failure(.tlsFailed(reason: "the other side broke the handshake off")))
  }

  @Test func `a proxy that is down or unknown is told as such`() async throws {
    let port = try ClosedPort()
    let down = HTTPRequest.Connection(proxy: "http://127.0.0.1:\(port.number)")
    let refused = await outcome(
      of: HTTPRequest(url: "http://gitlab.invalid/", connection: down),
      through: client
    )
    #expect(refused == .failure(.proxyRefused(reason: "connection refused")))
    let unknown = HTTPRequest.Connection(proxy: "http://user:password@proxy.invalid:3128")
    let unresolved = await outcome(
      of: HTTPRequest(url: "http://gitlab.invalid/", connection: unknown),
      through: client
    )
    #expect(unresolved == .failure(.cannotResolveProxy(host: "proxy.invalid")))
  }

  @Test func `one client serves direct and proxied requests in turn`() async throws {
    let proxy = try ScriptedServer { peer in
      while peer.readRequest() != nil {
        peer.answer("proxy")
      }
    }
    defer { proxy.stop() }
    let server = try ScriptedServer { peer in
      while peer.readRequest() != nil {
        peer.answer("direct")
      }
    }
    defer { server.stop() }
    for proxied in [false, true, false, true] {
      let connection = HTTPRequest.Connection(proxy: proxied ? proxy.url("") : nil)
      let request = HTTPRequest(url: server.url(), connection: connection)
      let body = try await client.send(request).body
      #expect(String(decoding: body, as: UTF8.self) == (proxied ? "proxy" : "direct"))
    }
  }

  @Test func `row 84: proxy variables of the environment are not used`() async {
    await #expect(processExitsWith: .success) {
      for name in ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        unsafe setenv(name, "http://127.0.0.1:1", 1)
      }
      let server = try ScriptedServer { peer in
        _ = peer.readRequest()
        peer.answer("direct")
      }
      let client = CurlClient(concurrency: 1, userAgent: "test")
      let response = try await client.send(HTTPRequest(url: server.url()))
      #expect(response.body == Array("direct".utf8))
    }
  }

  @Test func `row 84: exceptions in the environment do not lead around the proxy`() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("no_proxy", "*", 1)
      unsafe setenv("NO_PROXY", "*", 1)
      let proxy = try ScriptedServer { peer in
        _ = peer.readRequest()
        peer.answer("through")
      }
      let client = CurlClient(concurrency: 1, userAgent: "test")
      let connection = HTTPRequest.Connection(proxy: proxy.url(""))
      let request = HTTPRequest(url: "http://gitlab.invalid/", connection: connection)
      #expect(try await client.send(request).body == Array("through".utf8))
    }
  }
}
