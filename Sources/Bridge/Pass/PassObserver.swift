/// Told what a pass does while it does it, for the progress line of a terminal and the log.
package struct PassObserver: Sendable {
  /// Projects asked, of how many.
  package var polled: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  /// A step of the posting.
  var delivered: @Sendable (DeliveryEvent) -> Void = { _ in }

  package init() {}
}
