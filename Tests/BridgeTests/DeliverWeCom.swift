internal import Synchronization
internal import WeCom

/// WeCom as the courier sees it: takes posts, answers by script, and remembers all that arrived.
final class DeliverWeCom: Sendable {
  struct Post: Sendable, Equatable {
    var bot: String
    var content: String
    /// When it arrived, in true time.
    var at: Int64
    /// Whether it shows in the group.
    var isShown: Bool
  }

  typealias Script = @Sendable (_ bot: String, _ content: String, _ number: Int) -> PostOutcome

  private let received = Mutex([Post]())
  private let clock: DeliverClock
  /// In a box: a bare function in a `Mutex` is wrapped once more by each access, until the stack
  /// is used up.
  private struct Answers {
    var script: Script
  }

  private let answers: Mutex<Answers>
  /// How long the request and the answer are on their way, in milliseconds.
  private let latency: @Sendable (Int) -> (there: Int64, back: Int64)

  init(
    clock: DeliverClock,
    script: @escaping Script = { _, _, _ in .sent },
    latency: @escaping @Sendable (Int) -> (there: Int64, back: Int64) = { _ in (60, 90) }
  ) {
    self.clock = clock
    self.latency = latency
    answers = Mutex(Answers(script: script))
  }

  var posts: [Post] { received.withLock { $0 } }

  func shown(by bot: String) -> [String] {
    posts.filter { $0.bot == bot && $0.isShown }.map(\.content)
  }

  func answer(_ script: @escaping Script) {
    answers.withLock { $0.script = script }
  }

  func post(_ content: String, to bot: String) -> PostOutcome {
    let number = received.withLock { $0.count }
    let time = latency(number)
    clock.pass(time.there)
    let script = answers.withLock { $0.script }
    let outcome = script(bot, content, number)
    let isShown =
      switch outcome {
      case .sent, .inDoubt: true
      default: false
      }
    received.withLock {
      $0.append(Post(bot: bot, content: content, at: clock.truth, isShown: isShown))
    }
    clock.pass(time.back)
    return outcome
  }
}
