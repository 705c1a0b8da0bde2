package import HTTP
package import Platform
internal import Store

/// Everything outside of the bridge that a test brings along: time, the network, chance.
package struct Surroundings: Sendable {
  package var time: any TimeSource
  package var transport: any Transport
  /// Draws from 0..<1.
  package var jitter: @Sendable () -> Double
  /// The program's version, for those who monitor it.
  package var version = ""
  /// Where the state is.
  var disk: any Disk = SystemDisk()

  package init(
    time: any TimeSource,
    transport: any Transport,
    jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.time = time
    self.transport = transport
    self.jitter = jitter
  }
}
