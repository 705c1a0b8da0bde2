import CCurl

/// The work of the client's thread: takes requests from the inbox, runs them through libcurl's
/// multi interface and resumes whoever waits for them.
///
/// libcurl is told which of its sockets is ready: left to look by itself, it asks the system about
/// each request under way whenever anything happens (18 calls of `poll` a request instead of 2, at
/// 32 connections and 20 ms). Everything here happens on that one thread. At most `width` requests
/// are in libcurl's hands at a time, each with a handle of the pool; the others wait in order in
/// the line.
@safe
final class TransferLoop {
  private let inbox: Inbox
  private let multi: UnsafeMutableRawPointer
  /// In memory of its own, for libcurl keeps its address.
  private let watch: UnsafeMutablePointer<ccurl_watch>
  private let width: Int
  private let options: Transfer.Options

  private var transfers: [Transfer] = []
  private var idle: [Transfer] = []
  private var line = WaitingLine()
  private var batch: [Submission] = []

  /// Creates the loop, or nil when libcurl or memory fails.
  init?(inbox: Inbox, width: Int, options: Transfer.Options) {
    guard isCurlReady, let multi = unsafe curl_multi_init() else {
      return nil
    }
    self.inbox = inbox
    unsafe self.multi = multi
    unsafe watch = .allocate(capacity: 1)
    unsafe watch.initialize(to: ccurl_watch(set: -1, waker: -1, deadline: -1))
    self.width = width
    self.options = options
    guard unsafe ccurl_watch_open(watch, inbox.waker), unsafe ccurl_multi_set_watch(multi, watch)
    else {
      return nil
    }
    // Idle connections beyond the width would only be closed by the far side.
    unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, width)
  }

  deinit {
    unsafe curl_multi_cleanup(multi)
    unsafe ccurl_watch_close(watch)
    unsafe watch.deallocate()
  }

  /// Serves the inbox until it is closed, then ends what is under way.
  func run() {
    while true {
      let contents = inbox.take(into: &batch)
      let now = ContinuousClock.now
      for submission in batch {
        // Cancelled before it came here: its notice may have been read in an earlier round, so
        // nobody would look for it in the line.
        if submission.job.isCancelled {
          submission.continuation.resume(returning: .failure(.cancelled(wasSent: false)))
        } else {
          line.append(submission)
        }
      }
      batch.removeAll(keepingCapacity: true)
      if let closing = contents.closing {
        end(closing)
        return
      }
      if contents.hasCancellations {
        cancelMarked()
      }
      for submission in line.removeExpired(at: now) {
        submission.continuation.resume(returning: .failure(.timedOut(wasSent: false)))
      }
      startWaiting()
      guard unsafe ccurl_multi_act_on_time(multi, watch) == CURLM_OK else {
        closeBroken()
        continue
      }
      if finishDone(), !line.isEmpty {
        continue
      }
      guard unsafe ccurl_multi_wait(multi, watch, line.millisecondsToNextDeadline) == CURLM_OK
      else {
        closeBroken()
        continue
      }
    }
  }

  private func closeBroken() {
    inbox.close(.failed(reason: "libcurl's multi interface failed", wasSent: false))
  }

  /// Gives the free handles to those who wait.
  private func startWaiting() {
    while !line.isEmpty, let transfer = freeTransfer() {
      guard let submission = line.removeFirst() else {
        return idle.append(transfer)
      }
      guard !start(submission, with: transfer) else {
        continue
      }
      idle.append(transfer)
    }
  }

  /// Starts a request, or tells its outcome at once and returns false.
  private func start(_ submission: Submission, with transfer: Transfer) -> Bool {
    let left = ContinuousClock.now.duration(to: submission.job.deadline)
    guard left > .zero else {
      submission.continuation.resume(returning: .failure(.timedOut(wasSent: false)))
      return false
    }
    do throws(HTTPError) {
      try transfer.begin(submission, timeLeft: left)
    } catch {
      submission.continuation.resume(returning: .failure(error))
      return false
    }
    guard unsafe curl_multi_add_handle(multi, transfer.pointer) == CURLM_OK else {
      _ = transfer.abandon()
      submission.continuation.resume(
        returning: .failure(.failed(reason: "out of memory", wasSent: false))
      )
      return false
    }
    return true
  }

  private func freeTransfer() -> Transfer? {
    if let transfer = idle.popLast() {
      return transfer
    }
    guard transfers.count < width, let transfer = Transfer(options: options) else {
      if transfers.isEmpty {
        // Without a single handle nobody would ever be served.
        inbox.close(.failed(reason: "out of memory", wasSent: false))
      }
      return nil
    }
    transfers.append(transfer)
    return transfer
  }

  /// Tells the outcome of every request that libcurl is done with; returns whether there was one.
  private func finishDone() -> Bool {
    var handle: UnsafeMutableRawPointer?
    var code = CURLE_OK
    var hasFinished = false
    while unsafe ccurl_multi_next_done(multi, &handle, &code) {
      guard let done = unsafe handle, let transfer = unsafe Transfer.owner(of: done) else {
        continue
      }
      hasFinished = true
      let outcome = transfer.finish(code)
      unsafe curl_multi_remove_handle(multi, done)
      if transfer.isWorn {
        transfers.removeAll { $0 === transfer }
      } else {
        idle.append(transfer)
      }
      if let (submission, result) = outcome {
        submission.continuation.resume(returning: result)
      }
    }
    return hasFinished
  }

  /// Ends the requests whose tasks were cancelled, waiting and under way.
  private func cancelMarked() {
    for submission in line.removeCancelled() {
      submission.continuation.resume(returning: .failure(.cancelled(wasSent: false)))
    }
    for transfer in transfers where transfer.submission?.job.isCancelled == true {
      abandon(transfer)
    }
  }

  private func abandon(_ transfer: Transfer) {
    guard let (submission, wasSent) = transfer.abandon() else {
      return
    }
    unsafe curl_multi_remove_handle(multi, transfer.pointer)
    idle.append(transfer)
    submission.continuation.resume(returning: .failure(.cancelled(wasSent: wasSent)))
  }

  /// Ends everything.
  private func end(_ reason: HTTPError) {
    transfers.forEach(abandon)
    while let submission = line.removeFirst() {
      submission.continuation.resume(returning: .failure(reason))
    }
  }
}
