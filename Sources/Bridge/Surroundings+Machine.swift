package import Configuration
internal import HTTP
internal import Platform

extension Surroundings {
  /// Returns the real ones, this machine's clocks and network, as wide as the configuration says.
  ///
  /// GitLab and WeCom see the user agent.
  package static func machine(_ configuration: Configuration, userAgent: String) -> Surroundings {
    // One more than GitLab gets: a post never waits for a handle.
    var machine = Surroundings(
      time: SystemTime(),
      transport: CurlClient(
        concurrency: configuration.gitlab.concurrency + 1,
        userAgent: userAgent
      )
    )
    machine.version = String(userAgent.split(separator: "/").last ?? "")
    return machine
  }
}
