import Glibc
import Synchronization

/// The HTTP client of the bridge: libcurl's multi interface behind one thread of its own.
///
/// At most `concurrency` requests are under way at a time; further ones wait in the order in which
/// they were sent, and their `timeout` runs meanwhile. Connections are kept and used again, save
/// for fresh ones. Nothing comes from the environment: no proxy variables, no `.netrc`, no
/// certificate variables, no key log. Redirects are answers. A request whose task is cancelled ends
/// at once, also when the task was cancelled before it sent.
///
/// A `GET` over a kept connection that died is repeated once by libcurl; a `POST` never is, because
/// it always has a connection of its own.
package final class CurlClient: Transport {
  private let inbox = Inbox()
  private let thread: Mutex<pthread_t?>

  /// Starts the client's thread.
  ///
  /// What keeps it from starting is told by every `send`.
  ///
  /// - Parameters:
  ///   - concurrency: The most requests under way at a time, at least 1.
  ///   - userAgent: What the client calls itself, on one line.
  ///   - patience: Whole seconds for which an answer that has begun may come in slower than 100
  ///     bytes per second before the request counts as timed out.
  package init(concurrency: Int = 32, userAgent: String, patience: Int = 10) {
    precondition(concurrency > 0, "a client needs room for one request")
    precondition(
      userAgent.utf8.allSatisfy { !$0.isControl },
      "a user agent is one line without control characters"
    )
    let start = ThreadStart(
      inbox: inbox,
      width: concurrency,
      options: Transfer.Options(userAgent: userAgent, patienceSeconds: patience)
    )
    let thread = start.launch()
    if thread == nil {
      inbox.close(.failed(reason: "the machine refuses another thread", wasSent: false))
    }
    self.thread = Mutex(thread)
  }

  deinit {
    shutDown()
  }

  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let job = Job(request)
    // If the task is cancelled already, the handler runs before the operation, and the job comes
    // marked into the inbox.
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if let refusal = inbox.push(Submission(job: job, continuation: continuation)) {
          continuation.resume(returning: .failure(refusal))
        }
      }
    } onCancel: {
      job.cancel()
      inbox.noteCancellation()
    }
    return try result.get()
  }

  /// Ends all requests under way as cancelled, closes the connections and waits for the thread.
  ///
  /// Blocks for a moment at most, may be called again, and happens by itself when the client goes.
  /// What is sent afterwards fails.
  package func shutDown() {
    inbox.close(.failed(reason: "the HTTP client is shut down", wasSent: false))
    let running = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    if let running {
      pthread_join(running, nil)
    }
  }
}

/// What a new thread of a client is given to begin with.
private final class ThreadStart: Sendable {
  let inbox: Inbox
  let width: Int
  let options: Transfer.Options

  init(inbox: Inbox, width: Int, options: Transfer.Options) {
    self.inbox = inbox
    self.width = width
    self.options = options
  }

  /// Starts the thread, or returns nil when the machine has none to give.
  func launch() -> pthread_t? {
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(self)
    let status = unsafe pthread_create(
      &thread,
      nil,
      { context in
        guard let context = unsafe context else {
          return nil
        }
        unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().run()
        return nil
      },
      context.toOpaque()
    )
    guard status == 0 else {
      unsafe context.release()
      return nil
    }
    return thread
  }

  private func run() {
    // Signals are for the program's other threads. SIGPIPE above all: libcurl's sockets raise it
    // on this thread and on its resolver's, which inherit the mask; blocked it harms nobody.
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] {
      unsafe sigdelset(&signals, fault)
    }
    unsafe pthread_sigmask(SIG_SETMASK, &signals, nil)

    guard let loop = TransferLoop(inbox: inbox, width: width, options: options) else {
      return refuseAll()
    }
    loop.run()
  }

  /// Answers for a loop that cannot be: everyone who comes is turned away.
  private func refuseAll() {
    let reason = HTTPError.failed(reason: "libcurl cannot be set up", wasSent: false)
    inbox.close(reason)
    var submissions: [Submission] = []
    _ = inbox.take(into: &submissions)
    for submission in submissions {
      submission.continuation.resume(returning: .failure(reason))
    }
  }
}
