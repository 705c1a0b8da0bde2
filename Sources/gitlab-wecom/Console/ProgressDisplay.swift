internal import Platform
internal import Synchronization

/// Shows how a pass goes on, on a terminal: one line that is redrawn, then the next.
final class ProgressDisplay: Sendable {
  private enum Phase: Equatable {
    case polling(done: Int, total: Int)
    case posting(done: Int, waiting: Int)
  }

  private struct Sleep {
    var cause: String
    /// In boot milliseconds.
    var until: Int64
    /// Milliseconds that what comes after the sleep will take.
    var beyond: Int64
  }

  private struct State {
    var phase: Phase?
    var sleep: Sleep?
    var phaseBegan: Int64 = 0
    var drawnAt: Int64 = .min / 2
    var drawn = ""
  }

  /// Two redraws are at least this far apart, in milliseconds.
  private static let redrawTime: Int64 = 80

  private let time: any TimeSource
  private let width: @Sendable () -> Int
  private let write: @Sendable (String) -> Void
  private let state = Mutex(State())

  init(
    time: any TimeSource = SystemTime(),
    width: @escaping @Sendable () -> Int = { (Terminal.width(.error) ?? 80) - 1 },
    write: @escaping @Sendable (String) -> Void = { StandardStream.error.write($0) }
  ) {
    self.time = time
    self.width = width
    self.write = write
  }

  /// Notes that so many of so many projects have been asked.
  func polled(done: Int, total: Int) {
    guard total > 0 else { return }
    enter(.polling(done: done, total: total), sleep: nil)
  }

  /// Notes that a message was posted, and how many still wait.
  func posted(waiting: Int) {
    let before = state.withLock { state in
      if case .posting(let done, _) = state.phase { done } else { 0 }
    }
    enter(.posting(done: before + 1, waiting: waiting), sleep: nil)
  }

  /// Notes that nothing can be posted for a while.
  ///
  /// - Parameters:
  ///   - cause: What is waited for, to stand after "waits for".
  ///   - milliseconds: How long until the next one.
  ///   - perMinute: How many of the others can follow in a minute; nil where none can tell.
  func sleeps(cause: String, milliseconds: Int64, perMinute: Int?) {
    let phase = state.withLock { $0.phase }
    guard case .posting(let done, let waiting) = phase else { return }
    let fullMinutes = perMinute.map { Int64(max(waiting - 1, 0) / max($0, 1)) } ?? 0
    let sleep = Sleep(
      cause: cause,
      until: time.bootMilliseconds() + milliseconds,
      beyond: fullMinutes * 60_000
    )
    enter(.posting(done: done, waiting: waiting), sleep: sleep)
  }

  /// Redraws what changes by itself: the time left.
  func tick() {
    state.withLock { draw(&$0, isForced: true) }
  }

  /// Leaves the last line as it is and ends it.
  func finish() {
    state.withLock { state in
      draw(&state, isForced: true)
      if !state.drawn.isEmpty { write("\n") }
      state = State()
    }
  }

  private func enter(_ phase: Phase, sleep: Sleep?) {
    state.withLock { state in
      let isSame =
        switch (state.phase, phase) {
        case (.polling, .polling), (.posting, .posting): true
        default: false
        }
      if !isSame {
        draw(&state, isForced: true)
        if !state.drawn.isEmpty { write("\n") }
        state = State(phaseBegan: time.bootMilliseconds())
      }
      state.phase = phase
      state.sleep = sleep
      draw(&state, isForced: !isSame || sleep != nil)
    }
  }

  private func draw(_ state: inout State, isForced: Bool) {
    let now = time.bootMilliseconds()
    guard let line = line(state, now: now) else { return }
    guard isForced || now - state.drawnAt >= Self.redrawTime else { return }
    state.drawnAt = now
    let text = line.text(width: width())
    guard text != state.drawn else { return }
    state.drawn = text
    write("\r\u{1B}[2K\(text)")
  }

  private func line(_ state: State, now: Int64) -> ProgressLine? {
    switch state.phase {
    case nil: return nil
    case .polling(let done, let total):
      return .polling(done: done, total: total, milliseconds: now - state.phaseBegan)
    case .posting(let done, let waiting):
      return .posting(
        done: done,
        total: done + waiting,
        waits: state.sleep?.cause,
        left: state.sleep.map { max($0.until - now, 0) + $0.beyond }
      )
    }
  }
}
