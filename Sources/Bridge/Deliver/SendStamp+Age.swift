extension SendStamp {
  /// The difference between two machines' clocks that is still taken for agreement.
  private static let skew: Int64 = 60_000

  /// Returns the stamp of a time later than this one by that many milliseconds.
  func adding(_ milliseconds: Int64) -> SendStamp {
    SendStamp(wall: wall + milliseconds, boot: boot + milliseconds, bootID: bootID)
  }

  /// Returns the milliseconds that have certainly passed since this stamp.
  ///
  /// Within one start of the machine the boot clock tells, and no step of the wall clock matters.
  /// A stamp of another start is judged by the wall clock, but never as older than the present
  /// start: a clock that is wrong after a reboot then cannot make it look old. One that lies in
  /// the future is from before the clock went back; of that time only the present start is known.
  /// (State that moves between machines, as in a cluster, is judged by the wall clock as well.)
  func age(at now: SendStamp) -> Int64 {
    if bootID == now.bootID, boot <= now.boot {
      return now.boot - boot
    }
    let passed = now.wall - wall
    return passed < -Self.skew ? now.boot : min(max(passed, 0), now.boot)
  }

  /// Returns the milliseconds left until this stamp, of which there were at most `limit` at first.
  ///
  /// Another start of the machine is judged by the wall clock. When that leaves more than `limit`
  /// the clock went back, and the time counts from the machine's start: no step can hold longer
  /// than `limit`.
  func remaining(at now: SendStamp, limit: Int64) -> Int64 {
    if bootID == now.bootID, boot - now.boot <= limit {
      return max(0, boot - now.boot)
    }
    let left = wall - now.wall
    return max(0, left > limit ? limit - now.boot : left)
  }
}
