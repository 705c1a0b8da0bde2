import HTTP
import Testing

@Suite(.timeLimit(.minutes(15)))
struct ConcurrencyTests {
  @Test func `200 requests at once never have more connections than the width`() async throws {
    let server = try ScriptedServer { peer in
      while let request = peer.readRequest() {
        peer.answer(request.target)
      }
    }
    defer { server.stop() }
    let client = CurlClient(concurrency: 8, userAgent: "test")
    let bodies = try await withThrowingTaskGroup { group in
      for number in 0..<200 {
        let request = HTTPRequest(url: server.url("/\(number)"))
        group.addTask {
          (number, String(decoding: try await client.send(request).body, as: UTF8.self))
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    #expect(bodies == Dictionary(uniqueKeysWithValues: (0..<200).map { ($0, "/\($0)") }))
    #expect(server.peak <= 8)
    #expect(server.accepted <= 8)
  }

  @Test func `the width is used in full`() async throws {
    // No request is answered before eight have come: with fewer at a time this never ends.
    let arrived = Log<String>()
    let full = Gate()
    let server = try ScriptedServer { peer in
      while let request = peer.readRequest() {
        arrived.append(request.target)
        if arrived.entries.count == 8 {
          full.open()
        }
        full.waitBlocking()
        peer.answer()
      }
    }
    defer { server.stop() }
    let client = CurlClient(concurrency: 8, userAgent: "test")
    try await withThrowingTaskGroup { group in
      for number in 0..<16 {
        let request = HTTPRequest(url: server.url("/\(number)"))
        group.addTask { try await client.send(request).status }
      }
      for try await status in group {
        #expect(status == 200)
      }
    }
    #expect(server.peak == 8)
  }

  @Test func `one after the other, requests share a connection`() async throws {
    let server = try ScriptedServer { peer in
      while peer.readRequest() != nil {
        peer.answer()
      }
    }
    defer { server.stop() }
    let client = CurlClient(concurrency: 4, userAgent: "test")
    for _ in 0..<20 {
      _ = try await client.send(HTTPRequest(url: server.url()))
    }
    #expect(server.accepted == 1)
  }

  @Test func `the time spent waiting for a free handle counts`() async throws {
    let received = Gate()
    let log = Log<String>()
    let server = try ScriptedServer { peer in
      while let request = peer.readRequest() {
        log.append(request.target)
        received.open()
      }
    }
    defer { server.stop() }
    let client = CurlClient(concurrency: 1, userAgent: "test")
    let first = Task {
      await outcome(of: HTTPRequest(url: server.url("/first")), through: client)
    }
    await received.wait()
    let waiting = HTTPRequest(url: server.url("/waiting"), timeout: .milliseconds(50))
    #expect(await outcome(of: waiting, through: client) == .failure(.timedOut(wasSent: false)))
    first.cancel()
    _ = await first.value
    #expect(log.entries == ["/first"])
  }

  @Test(arguments: [Duration.zero, .seconds(-5)])
  func `no time left is a timeout before sending`(timeout: Duration) async throws {
    let server = try ScriptedServer { peer in
      _ = peer.readRequest()
    }
    defer { server.stop() }
    let client = CurlClient(concurrency: 1, userAgent: "test")
    let request = HTTPRequest(url: server.url(), timeout: timeout)
    #expect(await outcome(of: request, through: client) == .failure(.timedOut(wasSent: false)))
    #expect(server.accepted == 0)
  }

  @Test func `a timeout of ages is no error`() async throws {
    let server = try ScriptedServer { peer in
      _ = peer.readRequest()
      peer.answer()
    }
    defer { server.stop() }
    let client = CurlClient(concurrency: 1, userAgent: "test")
    let ages = Duration.seconds(Int64.max / 1000)
    let request = HTTPRequest(url: server.url(), timeout: ages, connectTimeout: ages)
    #expect(try await client.send(request).status == 200)
  }

  @Test(arguments: [true, false])
  func `row 87: a POST on a connection that dies arrives once`(isFresh: Bool) async throws {
    let log = Log<String>()
    let server = try ScriptedServer { peer in
      while let request = peer.readRequest() {
        log.append(request.body)
        guard request.body == "A" || request.method == "GET" else {
          return
        }
        peer.answer("{\"errcode\":0}")
      }
    }
    defer { server.stop() }
    let client = CurlClient(concurrency: 1, userAgent: "test")
    let connection = HTTPRequest.Connection(isFresh: isFresh)
    // A kept connection is there to be used, if anyone would.
    _ = try await client.send(HTTPRequest(url: server.url()))
    let first = HTTPRequest(
      method: .post,
      url: server.url(),
      body: Array("A".utf8),
      connection: connection
    )
    #expect(try await client.send(first).status == 200)
    var second = first
    second.body = Array("B".utf8)
    #expect(
      await outcome(of: second, through: client)
        == .failure(
          .connectionLost(reason: "it was closed without an answer", wasSent: true)
        )
    )
    #expect(log.entries == ["", "A", "B"])
    #expect(server.accepted == 3)
  }

  @Test func `a GET on a kept connection that died is repeated over a new one`() async throws {
    let log = Log<String>()
    let server = try ScriptedServer { peer in
      var isFirst = true
      while let request = peer.readRequest() {
        log.append(request.target)
        guard isFirst else {
          return
        }
        isFirst = false
        peer.answer()
      }
    }
    defer { server.stop() }
    let client = CurlClient(concurrency: 1, userAgent: "test")
    for path in ["/a", "/b"] {
      #expect(try await client.send(HTTPRequest(url: server.url(path))).status == 200)
    }
    #expect(log.entries == ["/a", "/b", "/b"])
  }

  @Test func `a thousand cancellations at once are all answered`() async throws {
    let server = try ScriptedServer { peer in
      peer.waitForClose()
    }
    defer { server.stop() }
    let client = CurlClient(concurrency: 4, userAgent: "test")
    let cancelled = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<1000 {
        let request = HTTPRequest(url: server.url("/\(number)"))
        group.addTask {
          switch await outcome(of: request, through: client) {
          case .failure(.cancelled): true
          default: false
          }
        }
      }
      group.cancelAll()
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(cancelled == 1000)
  }

  @Test func `clients come and go`() async throws {
    let server = try ScriptedServer { peer in
      while peer.readRequest() != nil {
        peer.answer()
      }
    }
    defer { server.stop() }
    for _ in 0..<50 {
      let client = CurlClient(concurrency: 2, userAgent: "test")
      #expect(try await client.send(HTTPRequest(url: server.url())).status == 200)
    }
    #expect(server.accepted == 50)
  }
}
