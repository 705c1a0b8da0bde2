/// What the sandbox was asked: the figures of "kindness to GitLab".
package struct RequestLog: Sendable {
  /// One request.
  package struct Entry: Sendable, Equatable {
    /// Milliseconds since 1970.
    package let time: Int64
    /// What was asked for.
    package let endpoint: Endpoint
    /// The project in its path, if there is one.
    package let projectID: Int?
    /// Path and query as they came; empty where no entries are kept.
    package let target: String
    /// The status of the answer, even if a fault kept it from arriving.
    package let status: Int
    /// Whether a scripted fault struck it.
    package let isStruck: Bool
  }

  /// Requests by endpoint since the log was cleared.
  package private(set) var counts: [Endpoint: Int] = [:]
  /// Answers by status.
  package private(set) var statuses: [Int: Int] = [:]
  /// The newest requests, at most `entryLimit`.
  package private(set) var entries: [Entry] = []
  /// How many entries are kept; 0 for none.
  package var entryLimit = 10_000
  /// Requests to GitLab without a token or with one it does not know.
  package private(set) var strangers = 0
  /// Requests to WeCom that carried a credential of GitLab: always a leak.
  package private(set) var leaks = 0
  /// The bytes of all bodies answered.
  package private(set) var bytes = 0
  /// The most requests that were being answered at the same time.
  package var peakConcurrency = 0
  var concurrency = 0

  /// All requests.
  package var total: Int { counts.values.reduce(0, +) }

  /// The requests to GitLab.
  package var gitlab: Int { total - counts[.wecomSend, default: 0] }

  mutating func add(_ entry: Entry, bytes: Int, isStranger: Bool, isLeak: Bool) {
    counts[entry.endpoint, default: 0] += 1
    statuses[entry.status, default: 0] += 1
    self.bytes += bytes
    if isStranger { strangers += 1 }
    if isLeak { leaks += 1 }
    guard entryLimit > 0 else { return }
    if entries.count >= entryLimit { entries.removeFirst(entryLimit / 2 + 1) }
    entries.append(entry)
  }

  mutating func clear() {
    let (limit, running) = (entryLimit, concurrency)
    self = RequestLog()
    entryLimit = limit
    concurrency = running
    peakConcurrency = running
  }
}
