internal import Changes

/// A step of a pass, as a terminal or a log shows it; user text in it is cleaned.
package enum PassStep: Sendable, Equatable {
  /// So many of so many projects have been asked.
  case polled(done: Int, total: Int)
  /// So many waiting messages were folded into so many digests.
  case folded(bot: String, messages: Int, digests: Int)
  /// A text was taken by WeCom; so many messages still wait for all bots.
  case posted(bot: String, about: String, waiting: Int)
  /// A post did not succeed and is tried again.
  case delayed(bot: String, reason: String)
  /// A text was refused and is tried once more, shorter.
  case shortened(bot: String, cause: String)
  /// A text was refused for good.
  case keptAside(bot: String, about: String, cause: String)
  /// Nothing is posted to a host any more in this phase.
  case hostFailed(host: String, reason: String)
  /// The queue of a bot that is gone was kept aside.
  case abandoned(bot: String, messages: Int)
  /// Nothing can go now: the posting sleeps, for the messages a minute of a bot or for a retry.
  case sleeps(bot: String, isForPace: Bool, milliseconds: Int64)
}

extension PassObserver {
  /// Makes an observer that is told of every step, from several threads.
  package init(_ tell: @escaping @Sendable (PassStep) -> Void) {
    self.init()
    polled = { tell(.polled(done: $0, total: $1)) }
    delivered = { tell(PassStep($0)) }
  }
}

extension PassStep {
  init(_ event: DeliveryEvent) {
    self =
      switch event {
      case .folded(let bot, let messages, let digests):
        .folded(bot: bot, messages: messages, digests: digests)
      case .posted(let bot, let item, let waiting):
        .posted(bot: bot, about: item.summary, waiting: waiting)
      case .delayed(let bot, let delay):
        .delayed(bot: bot, reason: delay.reason)
      case .shortened(let bot, let cause):
        .shortened(bot: bot, cause: cause)
      case .keptAside(let bot, let item, let cause):
        .keptAside(bot: bot, about: item.summary, cause: cause)
      case .hostFailed(let host, let reason):
        .hostFailed(host: host, reason: reason)
      case .abandoned(let bot, let messages):
        .abandoned(bot: bot, messages: messages)
      case .sleeps(let bot, let cause, let milliseconds):
        .sleeps(bot: bot, isForPace: cause == .pace, milliseconds: milliseconds)
      }
  }
}

extension QueueItem {
  /// What the item is about, on one line: "push of alice to main in 用户手册".
  var summary: String {
    guard let subject else {
      return messageCount > 0 ? "a digest of \(messageCount) messages" : "the bridge's own words"
    }
    let news =
      switch subject.kind {
      case .push: "push of \(subject.username) to \(subject.ref)"
      case .build: "failed build of \(subject.username) on \(subject.ref)"
      }
    return ShownText.line("\(news) in \(subject.projectName)", limit: 120)
  }
}
