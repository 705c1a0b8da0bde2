import HTTP
import Testing

@Suite(.timeLimit(.minutes(15)))
struct CancellationTests {
  private let client = CurlClient(concurrency: 1, userAgent: "test")

  @Test func `a task that is cancelled before it sends never reaches the server`() async throws {
    let server = try ScriptedServer { peer in
      while peer.readRequest() != nil {
        peer.answer()
      }
    }
    defer { server.stop() }
    let started = Gate()
    let task = Task { [client] in
      await started.wait()
      return await outcome(of: HTTPRequest(url: server.url()), through: client)
    }
    task.cancel()
    started.open()
    #expect(await task.value == .failure(.cancelled(wasSent: false)))
    #expect(server.accepted == 0)
  }

  @Test func `a task that is cancelled before it sends does not wait behind others`() async throws {
    let received = Gate()
    let server = try ScriptedServer { peer in
      _ = peer.readRequest()
      received.open()
      peer.waitForClose()
    }
    defer { server.stop() }
    let busy = Task { [client] in
      await outcome(of: HTTPRequest(url: server.url("/busy")), through: client)
    }
    await received.wait()
    let started = Gate()
    let task = Task { [client] in
      await started.wait()
      return await outcome(of: HTTPRequest(url: server.url("/late")), through: client)
    }
    task.cancel()
    started.open()
    #expect(await task.value == .failure(.cancelled(wasSent: false)))
    busy.cancel()
    #expect(await busy.value == .failure(.cancelled(wasSent: true)))
  }

  @Test func `a request under way is cancelled at once and counts as sent`() async throws {
    let received = Gate()
    let closed = Gate()
    let server = try ScriptedServer { peer in
      _ = peer.readRequest()
      received.open()
      peer.waitForClose()
      closed.open()
    }
    defer { server.stop() }
    let task = Task { [client] in
      await outcome(of: HTTPRequest(url: server.url()), through: client)
    }
    await received.wait()
    task.cancel()
    #expect(await task.value == .failure(.cancelled(wasSent: true)))
    await closed.wait()
  }

  @Test func `a waiting request is cancelled without being sent`() async throws {
    let received = Gate()
    let server = try ScriptedServer { peer in
      _ = peer.readRequest()
      received.open()
      peer.waitForClose()
    }
    defer { server.stop() }
    let first = Task { [client] in
      await outcome(of: HTTPRequest(url: server.url("/first")), through: client)
    }
    await received.wait()
    let second = Task { [client] in
      await outcome(of: HTTPRequest(url: server.url("/second")), through: client)
    }
    second.cancel()
    #expect(await second.value == .failure(.cancelled(wasSent: false)))
    first.cancel()
    #expect(await first.value == .failure(.cancelled(wasSent: true)))
    #expect(server.accepted == 1)
  }

  @Test func `a cancelled request leaves the client usable`() async throws {
    let received = Gate()
    let server = try ScriptedServer { peer in
      while let request = peer.readRequest() {
        if request.target == "/silent" {
          received.open()
        } else {
          peer.answer("fine")
        }
      }
    }
    defer { server.stop() }
    let task = Task { [client] in
      await outcome(of: HTTPRequest(url: server.url("/silent")), through: client)
    }
    await received.wait()
    task.cancel()
    _ = await task.value
    let response = try await client.send(HTTPRequest(url: server.url("/next")))
    #expect(response.body == Array("fine".utf8))
  }

  @Test func `shutting down ends what is under way and what waits`() async throws {
    let received = Gate()
    let server = try ScriptedServer { peer in
      _ = peer.readRequest()
      received.open()
      peer.waitForClose()
    }
    defer { server.stop() }
    let sent = Task { [client] in
      await outcome(of: HTTPRequest(url: server.url()), through: client)
    }
    await received.wait()
    let waiting = Task { [client] in
      await outcome(of: HTTPRequest(url: server.url()), through: client)
    }
    client.shutDown()
    client.shutDown()
    let refusal = HTTPError.failed(reason: "the HTTP client is shut down", wasSent: false)
    #expect(await sent.value == .failure(.cancelled(wasSent: true)))
    #expect(await waiting.value == .failure(refusal))
    #expect(await outcome(of: HTTPRequest(url: server.url()), through: client) == .failure(refusal))
  }
}

/// Sends a request and returns what came of it as a value.
func outcome(
  of request: HTTPRequest,
  through client: CurlClient
) async -> Result<HTTPResponse, HTTPError> {
  do throws(HTTPError) {
    return .success(try await client.send(request))
  } catch {
    return .failure(error)
  }
}
