/// What the courier does, told while it does it: for the progress line and the log.
enum DeliveryEvent: Sendable, Equatable {
  /// So many waiting messages were folded into so many digests.
  case folded(bot: String, messages: Int, digests: Int)
  /// A text was taken by WeCom; so many messages still wait for all bots.
  case posted(bot: String, item: QueueItem, waiting: Int)
  /// A post did not succeed and is tried again.
  case delayed(bot: String, Delay)
  /// A text was refused and is tried once more, shorter.
  case shortened(bot: String, cause: String)
  /// A text was refused for good.
  case keptAside(bot: String, item: QueueItem, cause: String)
  /// Nothing is posted to a host any more in this phase.
  case hostFailed(host: String, reason: String)
  /// The queue of a bot that is gone was kept aside.
  case abandoned(bot: String, messages: Int)
  /// Nothing can go now: the courier sleeps.
  case sleeps(bot: String, cause: SleepCause, milliseconds: Int64)

  /// What the courier sleeps for.
  enum SleepCause: Sendable, Equatable {
    /// The messages a minute that a bot may be sent.
    case pace
    /// A retry time.
    case retry
  }
}
