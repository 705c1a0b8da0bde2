/// What the bridge knows of time; tests bring their own clock.
package protocol TimeSource: Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z; may step in either direction.
  func wallMilliseconds() -> Int64

  /// Milliseconds since the machine started, suspension included; never goes back within a boot.
  func bootMilliseconds() -> Int64

  /// A name of the present boot: boot times of different boots cannot be compared.
  var bootID: String { get }

  /// Suspends for a time, or throws as soon as the task is cancelled.
  ///
  /// - Throws: `CancellationError`, also when the task was cancelled before the call.
  func sleep(milliseconds: Int64) async throws(CancellationError)
}
