internal import Changes

/// One change of the state, as the journal keeps it.
enum Entry: Sendable, Equatable, Codable {
  /// The first pass: which GitLab is watched, and since when of its own time.
  case began(gitlab: String, at: Timestamp)
  /// The GitLab of the same projects is reached by another address now.
  case moved(gitlab: String)
  /// GitLab's own version.
  case server(ServerState)
  /// What GitLab says of the token.
  case token(TokenState)
  /// Which projects the routes select.
  case discovered(DiscoveryState, newcomers: [DiscoveryState.Newcomer])
  /// The search for the projects that the routes select goes on in the next pass.
  case searched(DiscoverySearch)
  /// A project was read: where its cursors stand now.
  case polled(project: Int, state: ProjectState)
  /// The messages that readings gave; written as one group with the cursors that gave them.
  case found(messages: [NewMessage], tooOld: [String: [MessageKey]])
  /// GitLab as it stands is taken anew for the beginning; nil: for all projects, and for the watch.
  case rebased(projects: [Int]?)
  /// Projects are watched no longer.
  case dropped(projects: [Int])
  /// GitLab is not asked for a kind of endpoint until then.
  case held(kind: String, until: Timestamp)
  /// A post begins.
  case intent(bot: String, Intent)
  /// A post ended.
  case outcome(bot: String, Outcome)
  /// What waits for a bot is told as digests: these items take the place of those.
  case folded(bot: String, replaced: [Int], digests: [QueueItem])
  /// The bridge itself has something to say to a bot.
  case alerted(bot: String, QueueItem)
  /// What the bots of `[alerts]` know now.
  case noted(AlertState)
  /// A bot is gone from the configuration, for that long; nil: it is back.
  case absent(bot: String, Absence?)
  /// Messages of a bot that is gone are kept aside.
  case abandoned(bot: String, cause: String, at: Timestamp)
  /// A lasting trouble began or was said again.
  case trouble(key: String, TroubleState)
  /// A lasting trouble ended.
  case relief(key: String)
  /// A bot's counters did not balance and begin anew.
  case recounted(bot: String)
  /// The state was damaged and has been recovered exactly.
  case recovered
  /// A pass came to its end: what it did, and how far its slow rounds have come.
  ///
  /// All that an idle pass writes, without sync, since its loss only costs requests.
  case passed(PassState, sweep: SweepState)

  /// A message that a reading gave.
  struct NewMessage: Sendable, Equatable, Codable {
    var bot: String
    var item: QueueItem
  }

  /// How a post ended.
  struct Outcome: Sendable, Equatable, Codable {
    enum Fate: Sendable, Equatable, Codable {
      /// WeCom took it.
      case sent
      /// It stays at the head of the queue until the delay has passed.
      case waits(Delay)
      /// WeCom refused this text: it is shortened and tried once more.
      case shortened(content: String)
      /// WeCom refused it for good: kept aside, the queue goes on.
      case kept(cause: String)
    }

    var item: Int
    /// When it ended.
    var at: SendStamp
    var fate: Fate
    /// What the bot is allowed from now on; nil: as configured.
    var allowance: Allowance?
  }
}
