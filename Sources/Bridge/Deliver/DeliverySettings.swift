internal import Changes

/// What is said about posting apart from the bots themselves.
struct DeliverySettings: Sendable {
  /// More messages than this waiting for one bot are told as digests; 0: never.
  var digestAbove = 20
  /// For how long a bot may be gone before its queue is kept aside; 0: for ever.
  var maxAgeMilliseconds: Int64 = 0
  /// Whether a phase waits for the pace and for short retry times, or posts only what can go now.
  var isPatient = true
  /// What a post that began just before the end may take beyond it.
  var graceMilliseconds: Int64 = 2000
  /// Neutralises what a digest says and what is cut.
  var neutraliser: Neutraliser
  /// Gives a moment in the readers' time zone, short and without line breaks.
  var formatTime: @Sendable (Timestamp) -> String
}
