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
/// Whoever brings something wakes the thread after giving the lock back: woken while it is held,
/// the thread would run into it and spin (6 % of the processor time of a pass).
final class Inbox: Sendable {
  private struct State {
    var submissions: [Submission] = []
    var hasCancellations = false
    /// Whether the thread will look into the inbox anyway; spares a system call per request.
    var isWoken = false
    var closing: HTTPError?
  }

  /// The descriptor that wakes the thread, negative where the system had none to give.
  let waker = ccurl_waker_open()
  private let state = Mutex(State())

  deinit { ccurl_waker_close(waker) }

  /// What the thread finds when it looks.
  struct Contents {
    var hasCancellations: Bool
    /// Why the thread is to end, or nil.
    var closing: HTTPError?
  }

  /// Queues a request, or tells why the client takes none any more.
  func push(_ submission: Submission) -> HTTPError? {
    change { state in
      if state.closing == nil {
        state.submissions.append(submission)
      }
      return state.closing
    }
  }

  /// Tells the thread that some job's flag has been set.
  func noteCancellation() {
    change { $0.hasCancellations = true }
  }

  /// Refuses further requests and tells the thread to end.
  func close(_ reason: HTTPError) {
    change { $0.closing = $0.closing ?? reason }
  }

  /// Changes what the thread finds and wakes it, unless that has been done since it looked last.
  @discardableResult
  private func change<Answer: Sendable>(_ body: (inout sending State) -> Answer) -> Answer {
    let (answer, isWoken) = state.withLock { state in
      let answer = body(&state)
      defer { state.isWoken = true }
      return (answer, state.isWoken)
    }
    if !isWoken {
      ccurl_wake(waker)
    }
    return answer
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
}
