#if canImport(Testing)
  package import HTTP
  import Synchronization
  import Testing

  /// Answers from a script and keeps the requests.
  ///
  /// A request beyond the script is an issue of the test, which names the request.
  package final class RecordingTransport: Transport {
    private struct State {
      var replies: [Result<HTTPResponse, HTTPError>]
      var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>

    /// Takes the replies in the order in which they are given.
    package init(_ replies: [Result<HTTPResponse, HTTPError>]) {
      state = Mutex(State(replies: replies))
    }

    /// Takes answers with status 200 and these bodies.
    package convenience init(bodies: [String]) {
      self.init(bodies.map { .success(HTTPResponse(status: 200, body: Array($0.utf8))) })
    }

    /// Adds a reply at the end of the script.
    package func append(_ reply: Result<HTTPResponse, HTTPError>) {
      state.withLock { $0.replies.append(reply) }
    }

    /// The requests so far.
    package var requests: [HTTPRequest] { state.withLock { $0.requests } }

    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      let reply = state.withLock { state -> Result<HTTPResponse, HTTPError>? in
        state.requests.append(request)
        return state.replies.isEmpty ? nil : state.replies.removeFirst()
      }
      guard let reply else {
        Issue.record("no reply left for \(request.method.rawValue) \(request.url): script one")
        throw .failed(reason: "the script has ended", wasSent: false)
      }
      return try reply.get()
    }
  }
#endif
