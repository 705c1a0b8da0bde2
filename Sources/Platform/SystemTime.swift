import Glibc

/// The machine's own clocks.
package struct SystemTime: TimeSource {
  /// The kernel's own name of the boot, empty where `/proc` is missing.
  package let bootID: String

  package init() {
    let bytes = try? Files.read("/proc/sys/kernel/random/boot_id", limit: 256).bytes
    bootID = String(decoding: (bytes ?? []).prefix { $0 > 0x20 }, as: UTF8.self)
  }

  package func wallMilliseconds() -> Int64 { Self.milliseconds(of: CLOCK_REALTIME) }

  package func bootMilliseconds() -> Int64 { Self.milliseconds(of: CLOCK_BOOTTIME) }

  package func sleep(milliseconds: Int64) async throws(CancellationError) {
    do {
      try await Task.sleep(for: .milliseconds(max(Int64(0), milliseconds)), clock: .continuous)
    } catch {
      throw CancellationError()
    }
  }

  static func milliseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    guard unsafe clock_gettime(clock, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
