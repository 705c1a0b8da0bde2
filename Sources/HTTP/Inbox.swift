import CCurl
import Synchronization

/// One request on its way through the client.
///
/// A cancellation can come at any time, also before the request has reached the inbox; the flag
/// keeps it in each case, and the thread looks at it before it starts the request.
final class Job: Sendable {
  let request: HTTPRequest
  let deadline: ContinuousClock.Instant
  private let cancellation = Atomic(false)

  init(_ request: HTTPRequest) {
    self.request = request
    self.deadline = .now.advanced(by: request.timeout)
  }

  var isCancelled: Bool { cancellation.load(ordering: .acquiring) }

  func cancel() {
    cancellation.store(true, ordering: .releasing)
  }
}

/// A request together with whom to tell its outcome.
struct Submission: Sendable {
  let job: Job
  let continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
}

/// The only way into the thread that owns libcurl's handles.
///
/// Also guards the waker's life: it may be written to from any thread, but not after it is closed,
/// when its number can be another file's; so both happen under the lock.
final class Inbox: Sendable {
  private struct State {
    /// The descriptor that wakes the thread; nil before and after its time.
    var waker: Int32?
    var submissions: [Submission] = []
    var hasCancellations = false
    /// Whether the thread will look into the inbox anyway; spares a system call per request.
    var isWoken = false
    var closing: HTTPError?
  }

  private let state = Mutex(State())

  /// What the thread finds when it looks.
  struct Contents {
    var hasCancellations: Bool
    /// Why the thread is to end, or nil.
    var closing: HTTPError?
  }

  /// Queues a request, or tells why the client takes none any more.
  func push(_ submission: Submission) -> HTTPError? {
    state.withLock { state in
      if let closing = state.closing {
        return closing
      }
      state.submissions.append(submission)
      Self.wake(&state)
      return nil
    }
  }

  /// Tells the thread that some job's flag has been set.
  func noteCancellation() {
    state.withLock { state in
      state.hasCancellations = true
      Self.wake(&state)
    }
  }

  /// Refuses further requests and tells the thread to end.
  func close(_ reason: HTTPError) {
    state.withLock { state in
      if state.closing == nil {
        state.closing = reason
      }
      Self.wake(&state)
    }
  }

  /// Lets others wake the thread through this descriptor; nil before it goes.
  func connect(_ waker: Int32?) {
    state.withLock { $0.waker = waker }
  }

  /// Moves what has been queued into `batch`, which must be empty and whose memory is reused.
  func take(into batch: inout [Submission]) -> Contents {
    state.withLock { state in
      swap(&state.submissions, &batch)
      let contents = Contents(
        hasCancellations: state.hasCancellations,
        closing: state.closing
      )
      state.hasCancellations = false
      state.isWoken = false
      return contents
    }
  }

  private static func wake(_ state: inout sending State) {
    guard !state.isWoken else {
      return
    }
    state.isWoken = true
    if let waker = state.waker {
      ccurl_wake(waker)
    }
  }
}
